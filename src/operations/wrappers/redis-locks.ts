import { randomUUID } from 'node:crypto';
import { Redis, ReplyError } from 'ioredis';
import { Mutex } from 'redis-semaphore';
import type { RedisLocks } from './redis-lock.ts';

export interface RedisLocksOptions {
  /** `redis://` or `rediss://`. Services on different databases give different Redis databases (`redis://host/1`). */
  readonly url: string;
  /** How long a lock lasts whose holder does not give it back: longer than an ordinary transaction takes. */
  readonly lockTtlMs?: number;
  /**
   * How long one acquisition waits for all its keys together; shorter than `lockTtlMs`, or the first expires
   * meanwhile.
   */
  readonly acquireTimeoutMs?: number;
  /** Called with the reason why Redis can't be used: one line, at most every ten seconds. */
  readonly onError?: (line: string) => void;
}

const LOCK_TTL_MS = 10_000;
const ACQUIRE_TIMEOUT_MS = 3_000;
/** How long Redis may take to accept a connection or to answer a command. */
const ANSWER_TIMEOUT_MS = 1_000;
const RECONNECT_DELAY_MAX_MS = 500;
const POLL_INTERVAL_MS = 20;
const REPORT_INTERVAL_MS = 10_000;
const TOKEN_KEY = 'rowlock:fence';

// Greater than the last token and at least the clock in microseconds, which are safe integers until the year
// 2255. So tokens rise after Redis has forgotten the last one, and while its clock goes backwards. When both
// happen at once they are too low, and the fence refuses every request until the clock has caught up: wrong
// on the side that loses nothing. One counter for all keys needs no memory per key and rises for each of
// them.
const NEXT_TOKEN = `
  local now = redis.call('time')
  local token = math.max((redis.call('get', KEYS[1]) or 0) + 1, now[1] * 1000000 + now[2])
  redis.call('set', KEYS[1], string.format('%.0f', token))
  return token`;

/**
 * Opens a connection to a Redis for locks. Throws `RangeError` for timeouts that make no lock; a Redis that
 * can't be reached is no error here: acquisitions fail until it is back, each at once.
 */
export function openRedisLocks(options: RedisLocksOptions): RedisLocks {
  const { lockTtlMs = LOCK_TTL_MS, acquireTimeoutMs = ACQUIRE_TIMEOUT_MS } = options;
  if (acquireTimeoutMs >= lockTtlMs) throw new RangeError('acquireTimeoutMs must be less than lockTtlMs');
  const client = connect(options.url);
  const report = reporter(client, options.onError);
  client.on('error', report);
  const abandon = abandoner(client);
  const opened = firstAttempt(client);
  return {
    acquire: async (keys, deadline) => {
      await opened;
      const sorted = [...new Set(keys)].sort();
      const identifier = randomUUID();
      const release = (): Promise<void> => releaseAll(client, sorted, identifier);
      try {
        const waitMs = Math.min(acquireTimeoutMs, deadline?.leftMs ?? Infinity);
        const bounds = { lockTtlMs, giveUpAt: performance.now() + waitMs };
        if (await lockAll(client, sorted, identifier, bounds))
          return { token: await nextToken(client), release };
        await release();
      } catch (error) {
        report(error);
        await release();
        abandon(error);
      }
      return undefined;
    },
    close: () => close(client),
  };
}

function connect(url: string): Redis {
  return new Redis(url, {
    lazyConnect: true,
    // A command that can't be sent fails at once, and so does one whose connection dies: a lock that is taken
    // some time later, when nobody waits for it any more, would only be in the way.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: ANSWER_TIMEOUT_MS,
    commandTimeout: ANSWER_TIMEOUT_MS,
    disconnectTimeout: ANSWER_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(50 * attempt, RECONNECT_DELAY_MAX_MS),
  });
}

/** Settles when the first attempt to connect has succeeded or failed, so that no early request is refused. */
async function firstAttempt(client: Redis): Promise<void> {
  const connecting = client.connect().catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ANSWER_TIMEOUT_MS);
  });
  await Promise.race([connecting, late]);
  clearTimeout(timer);
}

function reporter(
  client: Redis,
  onError: (line: string) => void = () => undefined,
): (error: unknown) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (performance.now() - reportedAt < REPORT_INTERVAL_MS) return;
    reportedAt = performance.now();
    // A refusal by every address of a name has a code and no message.
    const { message, code } = error as NodeJS.ErrnoException;
    const { host, port } = client.options;
    onError(`redis-lock: the Redis at ${host}:${port} cannot be used: ${message || code}`);
  };
}

/** Gives a connection up, once, on which Redis does not answer: on a new one it may. */
function abandoner(client: Redis): (error: unknown) => void {
  let isAbandoned = false;
  client.on('ready', () => {
    isAbandoned = false;
  });
  return (error) => {
    if (isAbandoned || client.status !== 'ready' || error instanceof ReplyError) return;
    isAbandoned = true;
    client.disconnect(true);
  };
}

/**
 * The locks are not refreshed while their holder works. Ordinary work is bounded by the timeouts of its
 * statements; a holder that stalls can't refresh either, which is what the fence is for; and the library's
 * refresh rejects with nobody listening when Redis is away, which would end the process.
 */
const NO_REFRESH = { refreshInterval: 0 };

async function lockAll(
  client: Redis,
  keys: readonly string[],
  identifier: string,
  bounds: { readonly lockTtlMs: number; readonly giveUpAt: number },
): Promise<boolean> {
  for (const key of keys) {
    const mutex = new Mutex(client, lockName(key), {
      ...NO_REFRESH,
      identifier,
      lockTimeout: bounds.lockTtlMs,
      acquireTimeout: bounds.giveUpAt - performance.now(),
      retryInterval: POLL_INTERVAL_MS,
    });
    if (!(await mutex.tryAcquire())) return false;
  }
  return true;
}

/** Gives back those that are this holder's, also one that Redis granted in an answer that got lost. */
async function releaseAll(client: Redis, keys: readonly string[], identifier: string): Promise<void> {
  await Promise.allSettled(
    keys.map((key) =>
      new Mutex(client, lockName(key), { ...NO_REFRESH, identifier, acquiredExternally: true }).release(),
    ),
  );
}

function lockName(key: string): string {
  return `rowlock:${key}`;
}

async function nextToken(client: Redis): Promise<number> {
  const token = await client.eval(NEXT_TOKEN, 1, TOKEN_KEY);
  if (!Number.isSafeInteger(token)) throw new RangeError(`${String(token)} is no token`);
  return token as number;
}

async function close(client: Redis): Promise<void> {
  if (client.status === 'end') return;
  // While it waits to reconnect there is no socket, and no event would say that it ended.
  if (client.status === 'reconnecting') {
    client.disconnect();
    return;
  }
  const ended = new Promise((resolve) => {
    client.once('end', resolve);
  });
  client.disconnect();
  await ended;
}
