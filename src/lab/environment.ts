/** Sets up what every run needs on a target, and takes it down again. */
import { setMaxListeners } from 'node:events';
import { DATABASE_DEFAULTS, openDatabase } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import type { StrategyResources } from '../operations/registry.ts';
import { createPoolCache } from './measure/pools.ts';
import type { PoolCache } from './measure/pools.ts';
import type { Target } from './target.ts';

const CONTROL_CONNECTIONS = 4;
const CONTROL_TIMEOUT_MS = 60_000;

/** What every run needs. */
export interface Environment {
  /** A small pool of its own for the fixture, the meter and the checks. */
  readonly control: Database;
  readonly pools: PoolCache;
  readonly resources: StrategyResources;
  readonly isLocal: boolean;
  readonly seed: number;
  /** Ends runs early; what `runScenario` then returns is of no use. */
  readonly signal: AbortSignal;
}

export interface EnvironmentOptions {
  readonly target: Target;
  readonly resources: StrategyResources;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export async function withEnvironment<T>(
  options: EnvironmentOptions,
  work: (environment: Environment) => Promise<T>,
): Promise<T> {
  const { target, resources, seed, signal } = options;
  // Each request that works listens for the end.
  setMaxListeners(0, signal);
  const control = openDatabase({
    ...DATABASE_DEFAULTS,
    url: target.url,
    applicationName: `${target.schema} control`,
    poolSize: CONTROL_CONNECTIONS,
    acquireTimeoutMs: CONTROL_TIMEOUT_MS,
    statementTimeoutMs: CONTROL_TIMEOUT_MS,
    lockTimeoutMs: CONTROL_TIMEOUT_MS,
  });
  const pools = createPoolCache(target, target.connectionsMax - CONTROL_CONNECTIONS);
  try {
    return await work({ control, pools, resources, isLocal: target.isLocal, seed, signal });
  } finally {
    await pools.closeAll();
    await control.close();
  }
}
