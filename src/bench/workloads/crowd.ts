/** Crowds: until a hall is sold out, and what it costs when many more ask for the same seats. */
import type { Asks } from './access-pattern.ts';
import { engineContestant, stageOf } from '../rivals/rivals.ts';
import type { Work } from '../rivals/rivals.ts';
import type { Session, Slice } from '../session.ts';
import { countable, runSlice } from '../session.ts';
import type { Sizes } from './sizes.ts';
import { medianOf } from '../../load/spread.ts';
import type { Verdict } from '../report/verdict.ts';
import { judge } from '../report/verdict.ts';

const SEED = 1;
const SERVICE_POOL_SIZE = 20;
/** How often each seat is asked for, in a crowd, and in one that has grown. */
const CROWD_ASKS = 4;
const GROWN_ASKS = 32;
interface CrowdSlice {
  readonly measure: string;
  readonly contestant: string;
  readonly repeat: number;
  readonly worker: 'ours' | 'rival';
  readonly strategy: string;
  readonly poolSize: number;
  readonly rows: number;
  readonly asks: Asks;
}

/** Lets a crowd of strangers ask for every seat; a hall that is not sold out in the end counts as a violation. */
export async function crowdSlice(session: Session, given: CrowdSlice): Promise<Slice> {
  const { worker, strategy, poolSize, rows, asks, ...named } = given;
  const work: Work = { operation: 'hold', seatsPerHold: 1, rows };
  const contestant = await engineContestant(session, worker, (scene) => ({
    kind: 'engine',
    operation: 'hold',
    strategy,
    poolSize,
    scene,
    asks,
    askers: 'strangers',
    pace: { inFlight: session.sizes.inFlight },
    durationMs: Infinity,
  }));
  return runSlice(session, {
    ...named,
    stage: stageOf(work),
    ...contestant,
    audit: async (ran, scene) => {
      const verdict = await contestant.audit(ran, scene);
      if (ran.successes === rows) return verdict;
      const example = `${ran.successes} of ${rows} seats were sold although every one was asked for`;
      return { ...verdict, clean: false, violations: verdict.violations + 1, examples: [example] };
    },
  });
}

export function slicesOfCrowd({ crowdRepeats, poolSizes }: Sizes): number {
  return crowdRepeats * 2 + poolSizes.length;
}

export async function measureCrowd(session: Session): Promise<readonly Verdict[]> {
  const { crowdRows: rows, crowdRepeats, poolSizes } = session.sizes;
  const poolSize = await bestCrowdPool(session, poolSizes);
  const asks: Asks = { kind: 'shuffled', rows, times: CROWD_ASKS, seed: SEED };
  const pairs = [];
  for (let repeat = 0; repeat < crowdRepeats; repeat += 1) {
    const named = { measure: 'crowd', repeat, rows, asks };
    const ours = await crowdSlice(session, {
      ...named,
      contestant: 'grouped',
      worker: 'ours',
      strategy: 'grouped',
      poolSize: SERVICE_POOL_SIZE,
    });
    const rival = await crowdSlice(session, {
      ...named,
      contestant: 'optimistic',
      worker: 'rival',
      strategy: 'optimistic',
      poolSize,
    });
    pairs.push({ ours: secondsOf(ours), baseline: secondsOf(rival) });
  }
  return [
    judge(
      {
        name: 'crowd',
        ours: `hold/grouped, ${rows.toLocaleString('en-US')} seats each asked for ${CROWD_ASKS} times, shuffled, until sold out`,
        baseline: `hold/optimistic one by one, pool of ${poolSize}`,
        unit: ' s',
        floor: 4,
        aim: 15,
        bound: 'at least',
        ratio: 'baseline/ours',
      },
      pairs,
    ),
  ];
}

function secondsOf(slice: Slice): number | null {
  return countable(slice, ({ lastSuccessMs }) => lastSuccessMs / 1_000);
}

/** The pool at which the rival serves a small crowd soonest. */
export async function bestCrowdPool(session: Session, poolSizes: readonly number[]): Promise<number> {
  const rows = Math.min(1_500, session.sizes.crowdRows);
  const asks: Asks = { kind: 'shuffled', rows, times: CROWD_ASKS, seed: SEED };
  let best = { poolSize: poolSizes[0]!, elapsedMs: Infinity };
  for (const poolSize of poolSizes) {
    const contestant = `optimistic, ${poolSize} connections`;
    const named = { measure: 'crowd trial', contestant, repeat: 0, rows, asks };
    const { elapsedMs } = await crowdSlice(session, {
      ...named,
      worker: 'rival',
      strategy: 'optimistic',
      poolSize,
    });
    if (elapsedMs < best.elapsedMs) best = { poolSize, elapsedMs };
  }
  return best.poolSize;
}

export function slicesOfGrowth({ repeats, alsoShuffled }: Sizes): number {
  return repeats * 2 + (alsoShuffled ? 1 : 0);
}

/**
 * Judged: so many crowds, one after another, each of which asks for every seat. Told beside it: all their requests shuffled
 * through and through. There the last seats are asked for among thousands of requests that lose, so their groups are
 * small, and a small group takes as many statements as a large one.
 */
export async function measureGrowth(session: Session): Promise<readonly Verdict[]> {
  const { growthRows: rows, repeats } = session.sizes;
  const sliceOf = (contestant: string, repeat: number, asks: Asks): Promise<Slice> =>
    crowdSlice(session, {
      measure: 'crowd-growth',
      contestant,
      repeat,
      worker: 'ours',
      strategy: 'grouped',
      poolSize: SERVICE_POOL_SIZE,
      rows,
      asks,
    });
  const shared = { rows, seed: SEED };
  const slices: { once: Slice; often: Slice }[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    slices.push({
      once: await sliceOf('once', repeat, { ...shared, kind: 'crowds', times: 1 }),
      often: await sliceOf(`${GROWN_ASKS} crowds`, repeat, { ...shared, kind: 'crowds', times: GROWN_ASKS }),
    });
  }
  const shuffled = session.sizes.alsoShuffled
    ? await sliceOf('shuffled', 0, { ...shared, kind: 'shuffled', times: GROWN_ASKS })
    : undefined;
  const goal = {
    ours: `hold/grouped, ${GROWN_ASKS} crowds after each other ask for every seat of ${rows.toLocaleString('en-US')}`,
    baseline: 'one crowd does',
    floor: 1.3,
    aim: 1.05,
    bound: 'at most',
    ratio: 'ours/baseline',
  } as const;
  const judged = (name: string, unit: string, value: (slice: Slice) => number | null): Verdict => {
    const counted = (slice: Slice): number | null => countable(slice, value);
    const once = medianOf(slices.map((pair) => counted(pair.once)));
    const mixed = shuffled === undefined ? null : counted(shuffled);
    const notes =
      once === null || mixed === null
        ? []
        : [
            `all ${GROWN_ASKS} requests for each seat shuffled through and through: ${(mixed / once).toFixed(2)} times as much`,
          ];
    return judge(
      { ...goal, name, unit },
      slices.map((pair) => ({ ours: counted(pair.often), baseline: counted(pair.once) })),
      notes,
    );
  };
  return [
    judged('crowd-growth-statements', '/seat', (slice) => slice.statements / slice.successes),
    judged('crowd-growth-cpu', ' ms/seat', ({ cpu, successes }) =>
      cpu.databaseMs === null ? null : cpu.databaseMs / successes,
    ),
  ];
}
