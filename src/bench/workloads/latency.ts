/** Latency of winners and losers in an open loop, at a rate that both contenders can serve. */
import type { AccessPattern } from './access-pattern.ts';
import { engineContender, fixtureSizeOf } from '../rivals/rivals.ts';
import type { Work } from '../rivals/rivals.ts';
import { bestCrowdPool, crowdSample } from './crowd.ts';
import type { Session, Sample } from '../session.ts';
import { rotated, runSample } from '../session.ts';
import type { Sizes } from './sizes.ts';
import { floorOf } from '../floors.ts';
import type { Verdict } from '../report/verdict.ts';
import { judge, pairsOf } from '../report/verdict.ts';

/** More than one, so that there are losers. */
const REQUESTS_PER_SEAT = 3;
const SEED = 2;
/** Share of the rival's capacity, so that the rival is not overloaded. */
const OFFERED_SHARE = 0.8;
const CAPACITY_ROWS = 1_500;
const SERVICE_POOL_SIZE = 20;

export function samplesOfLatency({ repeats, poolSizes }: Sizes): number {
  return poolSizes.length + 1 + repeats * 2;
}

export async function measureLatency(session: Session): Promise<readonly Verdict[]> {
  const poolSize = await bestCrowdPool(session, 'optimistic');
  const perSecond = Math.max(1, Math.floor((await capacityOf(session, poolSize)) * OFFERED_SHARE));
  const samples = { grouped: [] as Sample[], optimistic: [] as Sample[] };
  for (let repeat = 0; repeat < session.sizes.repeats; repeat += 1) {
    for (const strategy of rotated(['grouped', 'optimistic'] as const, repeat)) {
      const pool = strategy === 'grouped' ? SERVICE_POOL_SIZE : poolSize;
      samples[strategy].push(await openLoopSample(session, { strategy, poolSize: pool, perSecond, repeat }));
    }
  }
  const goal = {
    ours: `hold/grouped, ${perSecond.toLocaleString('en-US')} requests/s, every seat asked for ${REQUESTS_PER_SEAT} times`,
    baseline: `hold/optimistic one by one, pool of ${poolSize}, the same rate`,
  } as const;
  const pairs = (who: 'winners' | 'losers') =>
    pairsOf({ ours: samples.grouped, baseline: samples.optimistic }, (of) => of[who]?.p99Ms ?? null);
  return [
    judge({ ...goal, ...floorOf('p99-winners') }, pairs('winners')),
    judge({ ...goal, ...floorOf('p99-losers') }, pairs('losers')),
  ];
}

/** Requests a second that the rival answers in a closed loop. */
async function capacityOf(session: Session, poolSize: number): Promise<number> {
  const rows = Math.min(CAPACITY_ROWS, session.sizes.crowdRows);
  const pattern: AccessPattern = { kind: 'shuffled', rows, times: REQUESTS_PER_SEAT, seed: SEED };
  const named = { measure: 'latency trial', contender: 'capacity', repeat: 0, rows, pattern };
  const sample = await crowdSample(session, { ...named, worker: 'rival', strategy: 'optimistic', poolSize });
  return (rows * REQUESTS_PER_SEAT * 1_000) / sample.elapsedMs;
}

interface OpenLoop {
  readonly strategy: 'grouped' | 'optimistic';
  readonly poolSize: number;
  readonly perSecond: number;
  readonly repeat: number;
}

async function openLoopSample(session: Session, loop: OpenLoop): Promise<Sample> {
  const { strategy, poolSize, perSecond, repeat } = loop;
  const durationMs = session.sizes.latencyMs;
  const rows = Math.ceil((perSecond * durationMs) / 1_000 / REQUESTS_PER_SEAT);
  const work: Work = { operation: 'hold', seatsPerHold: 1, rows };
  const contender = await engineContender(session, strategy === 'grouped' ? 'ours' : 'rival', (fixture) => ({
    kind: 'engine',
    operation: 'hold',
    strategy,
    poolSize,
    fixture,
    pattern: { kind: 'shuffled', rows, times: REQUESTS_PER_SEAT, seed: SEED },
    accounts: 'strangers',
    pace: { perSecond },
    durationMs,
  }));
  return runSample(session, {
    measure: 'latency',
    contender: strategy,
    repeat,
    fixtureSize: fixtureSizeOf(work),
    ...contender,
  });
}
