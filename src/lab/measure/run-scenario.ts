/** Runs a cell once: stage, crowd, check. */
import type { Database } from '../../db/database.ts';
import { createRandom } from '../../load/random.ts';
import type { StrategyResources } from '../../operations/registry.ts';
import type { Attempt } from './attempt.ts';
import type { Cell } from './scenario.ts';
import { sendCrowd } from './crowd.ts';
import { checkFinalState } from './final-state.ts';
import type { Cost } from './meter.ts';
import { startMeter } from './meter.ts';
import type { PoolShelf, WarmPool } from './pools.ts';
import type { RunSummary } from './run-summary.ts';
import { summarise } from './run-summary.ts';
import { clearStage, setStage } from './fixture.ts';

/** What every run needs. */
export interface Bench {
  /** A small pool of its own for the stage, the meter and the checks. */
  readonly control: Database;
  readonly pools: PoolShelf;
  readonly resources: StrategyResources;
  readonly isLocal: boolean;
  readonly seed: number;
  /** Ends runs early; what `runCell` then returns is of no use. */
  readonly signal: AbortSignal;
}

export interface Run {
  readonly attempts: readonly Attempt[];
  readonly summary: RunSummary;
}

/** Runs a cell once, on fresh rows and warm connections. `name` seeds its chances. */
export async function runCell(bench: Bench, cell: Cell, name: string): Promise<Run> {
  const pool = await bench.pools.take(cell);
  await warmUp(bench, pool, cell);
  return runOn(bench, pool, cell, name);
}

/** Prepares the cell's statements on each connection of the pool by one unmeasured run without work. */
async function warmUp(bench: Bench, pool: WarmPool, cell: Cell): Promise<void> {
  const isWarm = pool.warmedFor.has(`${cell.operation} ${cell.strategy}`);
  pool.warmedFor.add(`${cell.operation} ${cell.strategy}`);
  if (isWarm) return;
  const requests = Math.max(2, cell.poolSize);
  const rehearsal: Cell = {
    ...cell,
    requests,
    rows: Math.ceil(requests / 2),
    workMs: 0,
    workAfterMs: 0,
    load: { kind: 'closed' },
    firstFails: false,
  };
  const stage = await setStage(bench.control, rehearsal, bench.resources);
  const random = createRandom(bench.seed, 'warm-up');
  await sendCrowd({ cell: rehearsal, stage, database: pool.database, random, signal: bench.signal });
}

async function runOn(bench: Bench, pool: WarmPool, cell: Cell, name: string): Promise<Run> {
  const { control, signal } = bench;
  await clearStage(control);
  const stage = await setStage(control, cell, bench.resources);
  const endMeter = await startMeter({
    control: control.pool,
    applicationName: pool.applicationName,
    isLocal: bench.isLocal,
  });
  const random = createRandom(bench.seed, name);
  let cost: Cost | undefined;
  try {
    const { attempts, shared } = await sendCrowd({ cell, stage, database: pool.database, random, signal });
    cost = await endMeter();
    const finalState = await checkFinalState(control, cell.operation, stage, attempts);
    return { attempts, summary: summarise(cell, { attempts, shared }, cost, finalState) };
  } finally {
    if (cost === undefined) await endMeter().catch(() => undefined);
  }
}
