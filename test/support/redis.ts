import { spawnSync } from 'node:child_process';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe } from 'vitest';
import { startRedisServer } from '../../src/load/redis-server.ts';
import type { RedisServer } from '../../src/load/redis-server.ts';
import type { RedisLocks } from '../../src/operations/wrappers/redis-lock.ts';
import { openRedisLocks } from '../../src/operations/wrappers/redis-locks.ts';
import type { RedisLocksOptions } from '../../src/operations/wrappers/redis-locks.ts';
import type { TestDatabase } from './database.ts';

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;
if (!isInstalled) {
  process.stderr.write(
    'tests of redis-lock are skipped: there is no redis-server; install it with: apt-get install redis-server\n',
  );
}

/** `describe`, skipped where there is no `redis-server`. */
export const describeWithRedis = describe.skipIf(!isInstalled);

/** The file's own Redis, on its own port. Its data is lost when it ends. */
export interface TestRedis {
  readonly url: string;
  /** A client for a test's own checks and preparations. */
  readonly client: Redis;
  /** Ends the process at once; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  /** Stops the process from answering; its connections stay. */
  freeze(): void;
  /** Ends `freeze`. */
  thaw(): void;
  /** Lets every lock that is held expire now. */
  expireLocks(): Promise<void>;
  /** Locks on this Redis, closed with it. May be called before the Redis runs. */
  openLocks(options?: Omit<RedisLocksOptions, 'url'>): RedisLocks;
}

/** Starts a Redis before the tests of the block and ends it after them. */
export function useRedis(): TestRedis {
  const handle = {} as TestRedis;
  const opened: RedisLocks[] = [];
  let server: RedisServer | undefined;
  beforeAll(async () => {
    const { port, url } = (server = await startRedisServer());
    const start = async (): Promise<void> => {
      server = await startRedisServer(port);
    };
    const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 20 });
    client.on('error', () => undefined);
    Object.assign(handle, {
      url,
      client,
      kill: () => server?.stop(),
      restart: start,
      freeze: () => server?.process.kill('SIGSTOP'),
      thaw: () => server?.process.kill('SIGCONT'),
      expireLocks: async () => {
        for (const name of await client.keys('mutex:*')) await client.pexpire(name, 0);
      },
    });
  });
  handle.openLocks = (options) => {
    let locks: RedisLocks | undefined;
    const lazily = (): RedisLocks => {
      if (locks === undefined) opened.push((locks = openRedisLocks({ url: handle.url, ...options })));
      return locks;
    };
    return { acquire: (...given) => lazily().acquire(...given), close: () => lazily().close() };
  };
  afterAll(async () => {
    await Promise.all(opened.map((locks) => locks.close()));
    handle.client.disconnect();
    await server?.stop();
  });
  return handle;
}

/**
 * Locks, and a database that counts the requests that wait in Redis among those that wait for a lock, as the suites
 * expect. A request counts as waiting once its first attempt has been refused.
 */
export function withVisibleWaits(
  database: TestDatabase,
  redis: TestRedis,
  options: Omit<RedisLocksOptions, 'url'>,
): { readonly database: TestDatabase; readonly locks: RedisLocks } {
  const impatient = redis.openLocks({ ...options, acquireTimeoutMs: 10 });
  const patient = redis.openLocks(options);
  let waiting = 0;
  const acquire: RedisLocks['acquire'] = async (keys) => {
    const lock = await impatient.acquire(keys);
    if (lock !== undefined) return lock;
    waiting += 1;
    try {
      return await patient.acquire(keys);
    } finally {
      waiting -= 1;
    }
  };
  const sql: TestDatabase['sql'] = async (text, values) => {
    const rows = await database.sql<Record<string, unknown>>(text, values);
    const counts = text.includes('wait_event_type');
    return (
      counts ? rows.map((row) => ({ ...row, waiting: Number(row['waiting']) + waiting })) : rows
    ) as never;
  };
  const seen: TestDatabase = Object.create(database, { sql: { value: sql } });
  return { database: seen, locks: { acquire, close: () => patient.close() } };
}
