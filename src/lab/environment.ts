/** Sets up what every run needs on a target, and takes it down again. */
import { setMaxListeners } from 'node:events';
import { DATABASE_DEFAULTS, openDatabase } from '../db/database.ts';
import type { StrategyResources } from '../operations/registry.ts';
import { createPoolShelf } from './measure/pools.ts';
import type { Bench } from './measure/run-scenario.ts';
import type { Target } from './target.ts';

const CONTROL_CONNECTIONS = 4;
const STAGE_TIMEOUT_MS = 60_000;

export interface BenchOptions {
  readonly target: Target;
  readonly resources: StrategyResources;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export async function withBench<T>(options: BenchOptions, work: (bench: Bench) => Promise<T>): Promise<T> {
  const { target, resources, seed, signal } = options;
  // Each request that works listens for the end.
  setMaxListeners(0, signal);
  const control = openDatabase({
    ...DATABASE_DEFAULTS,
    url: target.url,
    applicationName: `${target.schema} control`,
    poolSize: CONTROL_CONNECTIONS,
    acquireTimeoutMs: STAGE_TIMEOUT_MS,
    statementTimeoutMs: STAGE_TIMEOUT_MS,
    lockTimeoutMs: STAGE_TIMEOUT_MS,
  });
  const pools = createPoolShelf(target, target.connectionsMax - CONTROL_CONNECTIONS);
  try {
    return await work({ control, pools, resources, isLocal: target.isLocal, seed, signal });
  } finally {
    await pools.closeAll();
    await control.close();
  }
}
