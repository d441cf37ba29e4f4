/** Crowds: the time to sell out a hall whose seats are each requested several times. */
import type { AccessPattern } from './access-pattern.ts';
import { engineContender, fixtureSizeOf } from '../rivals/rivals.ts';
import type { Work } from '../rivals/rivals.ts';
import type { Session, Sample } from '../session.ts';
import { rotated, runSample } from '../session.ts';
import type { Sizes } from './sizes.ts';
import { soldOutAudit } from './sold-out.ts';
import { floorOf } from '../floors.ts';
import type { Verdict } from '../report/verdict.ts';
import { judge, pairsOf } from '../report/verdict.ts';

const SEED = 1;
export const SERVICE_POOL_SIZE = 20;
const REQUESTS_PER_SEAT = 4;
interface CrowdSample {
  readonly measure: string;
  readonly contender: string;
  readonly repeat: number;
  readonly worker: 'ours' | 'rival';
  readonly strategy: string;
  readonly poolSize: number;
  readonly rows: number;
  readonly pattern: AccessPattern;
}

/**
 * A crowd of new accounts requests every seat. A hall that is not sold out in the end counts as a violation.
 */
export async function crowdSample(session: Session, given: CrowdSample): Promise<Sample> {
  const { worker, strategy, poolSize, rows, pattern, ...named } = given;
  const work: Work = { operation: 'hold', seatsPerHold: 1, rows };
  const contender = await engineContender(session, worker, (fixture) => ({
    kind: 'engine',
    operation: 'hold',
    strategy,
    poolSize,
    fixture,
    pattern,
    accounts: 'strangers',
    pace: { inFlight: session.sizes.inFlight },
    durationMs: Infinity,
  }));
  return runSample(session, {
    ...named,
    fixtureSize: fixtureSizeOf(work),
    ...contender,
    audit: soldOutAudit(rows, contender.audit),
  });
}

/** What the crowd is served by besides `grouped`, one transaction per request. */
type CrowdRival = 'optimistic' | 'atomic';

const RIVALS: readonly CrowdRival[] = ['optimistic', 'atomic'];

export function samplesOfCrowd({ crowdRepeats, poolSizes }: Sizes): number {
  return crowdRepeats * (1 + RIVALS.length) + RIVALS.length * poolSizes.length;
}

export async function measureCrowd(session: Session): Promise<readonly Verdict[]> {
  const { crowdRows: rows, crowdRepeats } = session.sizes;
  const pools = {
    grouped: SERVICE_POOL_SIZE,
    optimistic: await bestCrowdPool(session, 'optimistic'),
    atomic: await bestCrowdPool(session, 'atomic'),
  };
  const pattern: AccessPattern = { kind: 'shuffled', rows, times: REQUESTS_PER_SEAT, seed: SEED };
  const samples = { grouped: [] as Sample[], optimistic: [] as Sample[], atomic: [] as Sample[] };
  for (let repeat = 0; repeat < crowdRepeats; repeat += 1) {
    for (const strategy of rotated(['grouped', ...RIVALS] as const, repeat)) {
      const named = { measure: 'crowd', contender: strategy, repeat, rows, pattern };
      const worker = strategy === 'grouped' ? 'ours' : 'rival';
      const poolSize = pools[strategy];
      samples[strategy].push(await crowdSample(session, { ...named, worker, strategy, poolSize }));
    }
  }
  const judged = (name: 'crowd' | 'crowd-atomic', rival: CrowdRival): Verdict =>
    judge(
      {
        ...floorOf(name),
        ours: `hold/grouped, ${rows.toLocaleString('en-US')} seats each asked for ${REQUESTS_PER_SEAT} times, shuffled, until sold out`,
        baseline: `hold/${rival} one by one, pool of ${pools[rival]}`,
      },
      pairsOf(
        { ours: samples.grouped, baseline: samples[rival] },
        ({ lastSuccessMs }) => lastSuccessMs / 1_000,
      ),
    );
  return [judged('crowd', 'optimistic'), judged('crowd-atomic', 'atomic')];
}

/** The pool size at which the rival serves a small crowd fastest. */
export async function bestCrowdPool(session: Session, strategy: CrowdRival): Promise<number> {
  const { poolSizes, crowdRows } = session.sizes;
  const rows = Math.min(1_500, crowdRows);
  const pattern: AccessPattern = { kind: 'shuffled', rows, times: REQUESTS_PER_SEAT, seed: SEED };
  let best = { poolSize: poolSizes[0]!, elapsedMs: Infinity };
  for (const poolSize of poolSizes) {
    const contender = `${strategy}, ${poolSize} connections`;
    const named = { measure: 'crowd trial', contender, repeat: 0, rows, pattern };
    const { elapsedMs } = await crowdSample(session, { ...named, worker: 'rival', strategy, poolSize });
    if (elapsedMs < best.elapsedMs) best = { poolSize, elapsedMs };
  }
  return best.poolSize;
}
