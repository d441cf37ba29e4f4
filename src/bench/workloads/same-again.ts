/** The A/A control of a run whose workloads have none: `grouped` against itself, on the hot wallet. */
import { fixtureSizeOf } from '../rivals/rivals.ts';
import type { Work } from '../rivals/rivals.ts';
import { SAME_AGAIN } from '../report/trust.ts';
import type { Session } from '../session.ts';
import { rotated, runSample } from '../session.ts';
import { ownContender, SERVICE_POOL_SIZE } from './contended.ts';
import type { Sizes } from './sizes.ts';

const WORK: Work = { operation: 'topUp', seatsPerHold: 1, rows: 1 };

export function samplesOfSameAgain({ repeats }: Sizes): number {
  return 1 + repeats * 2;
}

export async function measureSameAgain(session: Session): Promise<readonly []> {
  const { repeats, sampleMs: durationMs } = session.sizes;
  const contenderOf = () =>
    ownContender(session, 'ours', {
      work: WORK,
      strategy: 'grouped',
      poolSize: SERVICE_POOL_SIZE,
      durationMs,
    });
  const named = { measure: 'same-again', fixtureSize: fixtureSizeOf(WORK) };
  // Warms up the process.
  const trial = { ...named, measure: 'same-again trial', contender: 'grouped', repeat: 0 };
  await runSample(session, { ...trial, ...(await contenderOf()), audit: null });
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const contender of rotated(['grouped', SAME_AGAIN], repeat)) {
      await runSample(session, { ...named, contender, repeat, ...(await contenderOf()) });
    }
  }
  return [];
}
