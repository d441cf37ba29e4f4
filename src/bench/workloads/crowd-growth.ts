/** The cost of a sold seat when many more want it, compared with a crowd that requests every seat once. */
import type { AccessPattern } from './access-pattern.ts';
import { crowdSample, SERVICE_POOL_SIZE } from './crowd.ts';
import type { Session, Sample } from '../session.ts';
import { countable, rotated } from '../session.ts';
import type { Sizes } from './sizes.ts';
import { medianOf } from '../../load/spread.ts';
import { floorOf } from '../floors.ts';
import type { PairOf, Verdict } from '../report/verdict.ts';
import { judge, pairsOf } from '../report/verdict.ts';

const SEED = 1;
const REQUESTS_PER_SEAT = 32;

export function samplesOfGrowth({ closePairs }: Sizes): number {
  return closePairs * 2;
}

export function samplesOfInterleaved({ interleavedPairs }: Sizes): number {
  return interleavedPairs * 2;
}

/** Many crowds, one after another; each requests every seat once. */
export async function measureGrowth(session: Session): Promise<readonly Verdict[]> {
  const samples = await samplesBesideOnce(session, 'crowds', session.sizes.closePairs);
  const goal = goalOf(session, `${REQUESTS_PER_SEAT} crowds after each other ask`);
  return [
    judge({ ...goal, ...floorOf('crowd-growth-statements') }, pairsOf(samples, statementsPerSeat)),
    judge({ ...goal, ...floorOf('crowd-growth-cpu') }, pairsOf(samples, databaseMsPerSeat)),
  ];
}

/**
 * One crowd whose requests are shuffled through and through: near the end of the sale the last seats are requested among
 * thousands of losers, where groups could become small; a small group takes as many statements as a large one.
 */
export async function measureInterleaved(session: Session): Promise<readonly Verdict[]> {
  const samples = await samplesBesideOnce(session, 'shuffled', session.sizes.interleavedPairs);
  const goal = goalOf(session, `one crowd asks ${REQUESTS_PER_SEAT} times, all shuffled,`);
  const [often, once] = [samples.ours, samples.baseline].map((side) =>
    medianOf(side.map((sample) => countable(sample, databaseMsPerSeat))),
  );
  const notes =
    often && once ? [`processor time of the database per seat: ${(often / once).toFixed(2)} times`] : [];
  return [judge({ ...goal, ...floorOf('crowd-interleaved') }, pairsOf(samples, statementsPerSeat), notes)];
}

/** Samples with every seat requested many times, each beside one with every seat requested once. */
async function samplesBesideOnce(
  session: Session,
  kind: 'crowds' | 'shuffled',
  pairs: number,
): Promise<PairOf<readonly Sample[]>> {
  const samples = { ours: [] as Sample[], baseline: [] as Sample[] };
  const rows = session.sizes.growthRows;
  for (let repeat = 0; repeat < pairs; repeat += 1) {
    for (const side of rotated(['baseline', 'ours'] as const, repeat)) {
      const times = side === 'ours' ? REQUESTS_PER_SEAT : 1;
      const pattern: AccessPattern = { kind, rows, times, seed: SEED };
      samples[side].push(
        await crowdSample(session, {
          measure: kind === 'crowds' ? 'crowd-growth' : 'crowd-interleaved',
          contender: times === 1 ? 'once' : `${times} times`,
          repeat,
          worker: 'ours',
          strategy: 'grouped',
          poolSize: SERVICE_POOL_SIZE,
          rows,
          pattern,
        }),
      );
    }
  }
  return samples;
}

function goalOf({ sizes }: Session, ours: string): { readonly ours: string; readonly baseline: string } {
  const rows = sizes.growthRows.toLocaleString('en-US');
  return { ours: `hold/grouped, ${ours} for every seat of ${rows}`, baseline: 'one crowd asks once' };
}

function statementsPerSeat({ statements, successes }: Sample): number {
  return statements / successes;
}

function databaseMsPerSeat({ cpu, successes }: Sample): number | null {
  return cpu.databaseMs === null ? null : cpu.databaseMs / successes;
}
