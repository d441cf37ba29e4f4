/** What every run of the lab needs: connections, pools, strategies' resources. */
import { setMaxListeners } from 'node:events';
import { DATABASE_DEFAULTS, openDatabase } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import type { StrategyResources } from '../operations/registry.ts';
import { createPoolCache } from './measure/pools.ts';
import type { PoolCache } from './measure/pools.ts';
import type { Target } from './target.ts';

const CONTROL_CONNECTIONS = 4;
const CONTROL_TIMEOUT_MS = 60_000;

export interface Environment {
  /** A small pool for fixtures, meters and checks. */
  readonly control: Database;
  readonly pools: PoolCache;
  readonly resources: StrategyResources;
  readonly isLocal: boolean;
  readonly seed: number;
  /** Aborting it ends runs early; what `runScenario` then returns is meaningless. */
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
  // Every working request listens to the signal.
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
