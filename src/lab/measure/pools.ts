/** Pools that stay open between the runs of an experiment, so that no run pays for connecting. */
import type pg from 'pg';
import { DATABASE_DEFAULTS, openDatabase } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import type { Scenario } from './scenario.ts';
import { MeasuringRefused } from '../../load/measured-schema.ts';
import type { Target } from '../target.ts';
import { withIsolation } from '../target.ts';

export interface WarmPool {
  readonly database: Database;
  /** The name of its sessions in `pg_stat_activity`. */
  readonly applicationName: string;
  /** The operations and strategies whose statements are prepared on every connection. */
  readonly warmedFor: Set<string>;
}

export interface PoolCache {
  /**
   * The pool for this scenario, fully connected. Throws `MeasuringRefused` when the server lacks connections.
   */
  take(scenario: Scenario): Promise<WarmPool>;
  closeAll(): Promise<void>;
}

/** Longer than any statement of the lab. PostgreSQL's 0 would leave the client's timeout at two seconds. */
const NO_TIMEOUT_MS = 600_000;
const CONNECT_TIMEOUT_MS = 30_000;

export function createPoolCache(target: Target, connectionsMax: number): PoolCache {
  /** The most recently used last. */
  const open = new Map<string, WarmPool & { readonly size: number }>();
  const close = async (key: string): Promise<void> => {
    const pool = open.get(key);
    open.delete(key);
    await pool?.database.close();
  };
  return {
    take: async (scenario) => {
      const size = scenario.poolSize;
      if (size > connectionsMax) {
        throw new MeasuringRefused(
          `a pool of ${size} needs more connections than the server has left (${Math.max(0, connectionsMax)}): raise max_connections or give a smaller --pool`,
        );
      }
      const key = JSON.stringify([size, scenario.timeouts, scenario.isolation]);
      const found = open.get(key);
      if (found !== undefined) {
        open.delete(key);
        open.set(key, found);
        return found;
      }
      const sizes = (): number => [...open.values()].reduce((sum, pool) => sum + pool.size, 0);
      for (const oldest of open.keys()) if (sizes() + size > connectionsMax) await close(oldest);
      const made = { ...(await openPool(target, scenario)), size };
      open.set(key, made);
      return made;
    },
    closeAll: async () => {
      for (const key of open.keys()) await close(key);
    },
  };
}

let opened = 0;

async function openPool(target: Target, scenario: Scenario): Promise<WarmPool> {
  opened += 1;
  const { poolSize, timeouts, isolation } = scenario;
  const applicationName = `${target.schema} ${opened}`;
  const database = openDatabase({
    ...DATABASE_DEFAULTS,
    url: isolation === undefined ? target.url : withIsolation(target.url, isolation),
    applicationName,
    poolSize,
    acquireTimeoutMs: CONNECT_TIMEOUT_MS,
    lockTimeoutMs: timeouts.lockMs,
    statementTimeoutMs: timeouts.statementMs === 0 ? NO_TIMEOUT_MS : timeouts.statementMs,
    idleInTransactionTimeoutMs: NO_TIMEOUT_MS,
    waitersMax: 1_000_000,
  });
  const { options } = database.pool as pg.Pool;
  // By default pg closes a connection idle for ten seconds; runs of other scenarios may take longer.
  options.idleTimeoutMillis = 0;
  await connectAll(database, poolSize);
  // From now on the scenario's own bound applies: connecting is not one of its waits.
  options.connectionTimeoutMillis = timeouts.acquireMs;
  return { database, applicationName, warmedFor: new Set() };
}

async function connectAll(database: Database, poolSize: number): Promise<void> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let connected = 0;
  const allConnected = new Promise<void>((resolve, reject) => {
    const lent = Array.from({ length: poolSize }, () =>
      database.connect(async () => {
        connected += 1;
        if (connected === poolSize) resolve();
        await released;
      }),
    );
    Promise.all(lent).catch(reject);
  });
  try {
    await allConnected;
  } finally {
    release();
  }
}
