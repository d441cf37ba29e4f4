/** How long winners and losers wait at an offered rate that both can bear: an open loop, counted from when a request was due. */
import type { Asks } from './access-pattern.ts';
import { engineContestant, stageOf } from '../rivals/rivals.ts';
import type { Work } from '../rivals/rivals.ts';
import { bestCrowdPool, crowdSlice } from './crowd.ts';
import type { Session, Slice } from '../session.ts';
import { countable, rotated, runSlice } from '../session.ts';
import type { Sizes } from './sizes.ts';
import type { Verdict } from '../report/verdict.ts';
import { judge } from '../report/verdict.ts';

/** Each seat is asked for so often, so that there are losers. */
const ASKS = 3;
const SEED = 2;
/** Of what one by one can do at its best, so that it is not measured beyond its capacity. */
const OFFERED_SHARE = 0.8;
const CAPACITY_ROWS = 1_500;
const SERVICE_POOL_SIZE = 20;

export function slicesOfLatency({ repeats, poolSizes }: Sizes): number {
  return poolSizes.length + 1 + repeats * 2;
}

export async function measureLatency(session: Session): Promise<readonly Verdict[]> {
  const poolSize = await bestCrowdPool(session, session.sizes.poolSizes);
  const perSecond = Math.max(1, Math.floor((await capacityOf(session, poolSize)) * OFFERED_SHARE));
  const slices = { grouped: [] as Slice[], optimistic: [] as Slice[] };
  for (let repeat = 0; repeat < session.sizes.repeats; repeat += 1) {
    for (const strategy of rotated(['grouped', 'optimistic'] as const, repeat)) {
      const pool = strategy === 'grouped' ? SERVICE_POOL_SIZE : poolSize;
      slices[strategy].push(await openLoopSlice(session, { strategy, poolSize: pool, perSecond, repeat }));
    }
  }
  const goal = {
    ours: `hold/grouped, ${perSecond.toLocaleString('en-US')} requests/s, every seat asked for ${ASKS} times`,
    baseline: `hold/optimistic one by one, pool of ${poolSize}, the same rate`,
    unit: ' ms',
    floor: 0.5,
    aim: 0.2,
    bound: 'at most',
    ratio: 'ours/baseline',
  } as const;
  const pairsOf = (who: 'winners' | 'losers') => {
    const p99 = (slice: Slice | undefined) =>
      slice === undefined ? null : countable(slice, (of) => of[who]?.p99Ms ?? null);
    return slices.grouped.map((ours, i) => ({ ours: p99(ours), baseline: p99(slices.optimistic[i]) }));
  };
  return [
    judge({ ...goal, name: 'p99-winners' }, pairsOf('winners')),
    judge({ ...goal, name: 'p99-losers' }, pairsOf('losers')),
  ];
}

/** Requests a second that one by one answers when it is always asked for more. */
async function capacityOf(session: Session, poolSize: number): Promise<number> {
  const rows = Math.min(CAPACITY_ROWS, session.sizes.crowdRows);
  const asks: Asks = { kind: 'shuffled', rows, times: ASKS, seed: SEED };
  const named = { measure: 'latency trial', contestant: 'capacity', repeat: 0, rows, asks };
  const slice = await crowdSlice(session, { ...named, worker: 'rival', strategy: 'optimistic', poolSize });
  return (rows * ASKS * 1_000) / slice.elapsedMs;
}

interface OpenLoop {
  readonly strategy: 'grouped' | 'optimistic';
  readonly poolSize: number;
  readonly perSecond: number;
  readonly repeat: number;
}

async function openLoopSlice(session: Session, loop: OpenLoop): Promise<Slice> {
  const { strategy, poolSize, perSecond, repeat } = loop;
  const durationMs = session.sizes.latencyMs;
  const rows = Math.ceil((perSecond * durationMs) / 1_000 / ASKS);
  const work: Work = { operation: 'hold', seatsPerHold: 1, rows };
  const contestant = await engineContestant(session, strategy === 'grouped' ? 'ours' : 'rival', (scene) => ({
    kind: 'engine',
    operation: 'hold',
    strategy,
    poolSize,
    scene,
    asks: { kind: 'shuffled', rows, times: ASKS, seed: SEED },
    askers: 'strangers',
    pace: { perSecond },
    durationMs,
  }));
  return runSlice(session, {
    measure: 'latency',
    contestant: strategy,
    repeat,
    stage: stageOf(work),
    ...contestant,
  });
}
