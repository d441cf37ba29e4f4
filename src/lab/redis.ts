/** The Redis that `redis-lock` needs: the user's, or a server that the lab starts and stops. */
import type { RedisLocks } from '../operations/wrappers/redis-lock.ts';
import { openRedisLocks } from '../operations/wrappers/redis-locks.ts';
import { MeasuringRefused } from '../load/measured-schema.ts';
import { RedisNotStarted, startRedisServer } from '../load/redis-server.ts';
import type { RedisServer } from '../load/redis-server.ts';

const HINT = 'redis-lock needs a Redis: give --redis-url, or have a redis-server on the PATH';

/** Lends locks in a Redis to `work`. Throws `MeasuringRefused` when no Redis can be reached or started. */
export async function withRedisLocks<T>(
  url: string | undefined,
  work: (locks: RedisLocks) => Promise<T>,
): Promise<T> {
  if (url !== undefined) return withLocksAt(url, work);
  const server = await startServer();
  try {
    return await withLocksAt(server.url, work);
  } finally {
    await server.stop();
  }
}

async function startServer(): Promise<RedisServer> {
  try {
    return await startRedisServer();
  } catch (error) {
    if (!(error instanceof RedisNotStarted)) throw error;
    throw new MeasuringRefused(`${HINT} (${error.message})`, { cause: error });
  }
}

async function withLocksAt<T>(url: string, work: (locks: RedisLocks) => Promise<T>): Promise<T> {
  const locks = openRedisLocks({ url });
  try {
    const probe = await locks.acquire(['rowlock lab']);
    if (probe === undefined) throw new MeasuringRefused(`no Redis answers at ${new URL(url).host}`);
    await probe.release();
    return await work(locks);
  } finally {
    await locks.close();
  }
}
