import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { until } from '../../../test/support/gate.ts';
import { describeWithRedis, useRedis } from '../../../test/support/redis.ts';
import { Deadline } from '../../lib/deadline.ts';
import type { RedisLock, RedisLocks } from './redis-lock.ts';
import { openRedisLocks } from './redis-locks.ts';

/** Acquires the lock; fails without it. */
async function take(locks: RedisLocks, ...keys: readonly string[]): Promise<RedisLock> {
  const lock = await locks.acquire(keys);
  if (lock === undefined) throw new Error(`no lock for ${keys.join(', ')}`);
  return lock;
}

async function takeWithin<T>(boundMs: number, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  expect(performance.now() - startedAt).toBeLessThan(boundMs);
  return result;
}

it('refuses a wait that is longer than a lock lasts', () => {
  const open = (): RedisLocks =>
    openRedisLocks({ url: 'redis://127.0.0.1', lockTtlMs: 100, acquireTimeoutMs: 100 });
  expect(open).toThrow(RangeError);
});

describeWithRedis('locks in Redis', () => {
  const redis = useRedis();
  const patient = redis.openLocks({ lockTtlMs: 60_000, acquireTimeoutMs: 20_000 });
  const impatient = redis.openLocks({ lockTtlMs: 60_000, acquireTimeoutMs: 100 });
  const lockNames = async (): Promise<string[]> => (await redis.client.keys('mutex:*')).sort();

  describe('while it runs', () => {
    it('gives a lock to one at a time, for a while, under a name of its own', async () => {
      const lock = await take(patient, 'a');
      expect(await lockNames()).toEqual(['mutex:rowlock:a']);
      const ttlMs = await redis.client.pttl('mutex:rowlock:a');
      expect(ttlMs).toBeGreaterThan(50_000);
      expect(ttlMs).toBeLessThanOrEqual(60_000);
      expect(await takeWithin(1_000, () => impatient.acquire(['a']))).toBeUndefined();
      await lock.release();
      expect(await lockNames()).toEqual([]);
      await (await take(impatient, 'a')).release();
    });

    it('waits no longer than its request has time', async () => {
      const lock = await take(patient, 'a');
      const late = await takeWithin(10_000, () => patient.acquire(['b', 'a'], new Deadline(100)));
      expect(late).toBeUndefined();
      expect(await lockNames()).toEqual(['mutex:rowlock:a']);
      await lock.release();
    });

    it('makes the next one wait until the lock is given back', async () => {
      const events: string[] = [];
      const first = await take(patient, 'a');
      const second = take(patient, 'a').then(async (lock) => {
        events.push('second has it');
        await lock.release();
      });
      // Another acquisition goes through meanwhile, which takes several round trips on the same connection.
      await (await take(patient, 'b')).release();
      events.push('first gives it back');
      await first.release();
      await second;
      expect(events).toEqual(['first gives it back', 'second has it']);
    });

    it('takes each key once, all or none', async () => {
      const other = await take(patient, 'b');
      expect(await impatient.acquire(['c', 'b', 'a', 'c'])).toBeUndefined();
      expect(await lockNames()).toEqual(['mutex:rowlock:b']);
      await other.release();
      const all = await take(impatient, 'c', 'b', 'a', 'c');
      expect(await lockNames()).toEqual(['mutex:rowlock:a', 'mutex:rowlock:b', 'mutex:rowlock:c']);
      await all.release();
      expect(await lockNames()).toEqual([]);
    });

    it('takes crossing keys in one order, so that no request waits in vain', async () => {
      const rounds = Array.from({ length: 40 }, async (_, i) => {
        const lock = await take(patient, ...(i % 2 === 0 ? ['a', 'b', 'c'] : ['c', 'b', 'a']));
        await lock.release();
      });
      await takeWithin(10_000, () => Promise.all(rounds));
    });

    it("never gives back another holder's lock", async () => {
      const expired = await take(patient, 'a');
      await redis.expireLocks();
      const successor = await take(impatient, 'a');
      await expired.release();
      expect(await impatient.acquire(['a'])).toBeUndefined();
      await successor.release();
    });

    it('does not keep a lock alive that its holder does not give back', async () => {
      const brief = redis.openLocks({ lockTtlMs: 50, acquireTimeoutMs: 40 });
      await take(brief, 'a');
      await (await take(patient, 'a')).release();
    });
  });

  describe('tokens', () => {
    const nextToken = async (key: string): Promise<number> => {
      const lock = await take(patient, key);
      await lock.release();
      return lock.token;
    };

    it('rise with every acquisition, are near the clock in microseconds, and are safe integers', async () => {
      const tokens: number[] = [];
      for (let i = 0; i < 50; i += 1) tokens.push(await nextToken(i % 2 === 0 ? 'a' : 'b'));
      expect(tokens.every((token, i) => i === 0 || token > tokens[i - 1]!)).toBe(true);
      expect(tokens.every(Number.isSafeInteger)).toBe(true);
      expect(Math.abs(tokens[0]! / 1_000 - Date.now())).toBeLessThan(60_000);
    });

    it('rise also when the clock of Redis has gone backwards', async () => {
      const ahead = (Date.now() + 3_600_000) * 1_000;
      await redis.client.set('rowlock:fence', ahead);
      expect([await nextToken('a'), await nextToken('b')]).toEqual([ahead + 1, ahead + 2]);
      await redis.client.del('rowlock:fence');
    });

    it('rise also when Redis has forgotten everything', async () => {
      const before = await nextToken('a');
      await redis.client.flushall();
      expect(await nextToken('a')).toBeGreaterThan(before);
    });
  });

  describe('when it fails', () => {
    it('gives no lock while it is down, at once, and gives locks again when it is back', async () => {
      const lines: string[] = [];
      const locks = redis.openLocks({ acquireTimeoutMs: 5_000, onError: (line) => lines.push(line) });
      const held = await take(locks, 'a');
      await redis.kill();
      for (let i = 0; i < 20; i += 1) {
        expect(await takeWithin(1_000, () => locks.acquire(['b']))).toBeUndefined();
      }
      await takeWithin(1_000, () => held.release());
      await redis.restart();
      await until(async () => {
        const lock = await locks.acquire(['a']);
        if (lock !== undefined) expect(lock.token).toBeGreaterThan(held.token);
        await lock?.release();
        return lock !== undefined;
      });
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^redis-lock: the Redis at 127\.0\.0\.1:\d+ cannot be used: \S[^\n]*$/);
    });

    it('gives no lock when it dies under a wait, and does not take it when no request waits any more', async () => {
      const locks = redis.openLocks({ lockTtlMs: 60_000, acquireTimeoutMs: 20_000 });
      await (await take(locks, 'a')).release();
      redis.freeze();
      const waiting = locks.acquire(['a']);
      await new Promise((resolve) => setImmediate(resolve));
      await redis.kill();
      // Sooner than the timeout of an answer.
      expect(await takeWithin(800, () => waiting)).toBeUndefined();
      await redis.restart();
      await until(async () => {
        const lock = await locks.acquire(['b']);
        await lock?.release();
        return lock !== undefined;
      });
      expect(await lockNames()).toEqual([]);
    });

    it('gives no lock when it does not answer, within its bound, and gives locks again when it does', async () => {
      const locks = redis.openLocks();
      await (await take(locks, 'a')).release();
      const warnings: Error[] = [];
      const warned = (warning: Error): number => warnings.push(warning);
      process.on('warning', warned);
      redis.freeze();
      try {
        const crowd = (): Promise<unknown[]> =>
          Promise.all(Array.from({ length: 20 }, (_, i) => locks.acquire([`a ${i}`])));
        expect(new Set(await takeWithin(4_000, crowd))).toEqual(new Set([undefined]));
        expect(warnings).toEqual([]);
        // The silent connection is closed: no other request waits for it.
        await until(async () => {
          const startedAt = performance.now();
          await locks.acquire(['a']);
          return performance.now() - startedAt < 100;
        });
      } finally {
        redis.thaw();
        process.off('warning', warned);
      }
      await until(async () => {
        const lock = await locks.acquire(['b']);
        await lock?.release();
        return lock !== undefined;
      });
    });

    it('gives no lock that an error of Redis has left without a token', async () => {
      await redis.client.set('rowlock:fence', 'nonsense');
      const lines: string[] = [];
      const locks = redis.openLocks({ onError: (line) => lines.push(line) });
      expect(await locks.acquire(['a'])).toBeUndefined();
      expect(await lockNames()).toEqual([]);
      expect(lines).toHaveLength(1);
      await redis.client.del('rowlock:fence');
      await (await take(locks, 'a')).release();
    });

    it('throws neither without a Redis nor after the locks are closed', async () => {
      // The library writes unhandled errors there.
      const stderr = vi.spyOn(console, 'error');
      const nowhere = openRedisLocks({ url: 'redis://127.0.0.1:1' });
      expect(await takeWithin(3_000, () => nowhere.acquire(['a']))).toBeUndefined();
      expect(stderr).not.toHaveBeenCalled();
      stderr.mockRestore();
      await nowhere.close();
      expect(await nowhere.acquire(['a'])).toBeUndefined();
      await nowhere.close();
      const locks = openRedisLocks({ url: redis.url });
      const held = await take(locks, 'a');
      await locks.close();
      await held.release();
      await locks.close();
      expect(await locks.acquire(['a'])).toBeUndefined();
      await redis.expireLocks();
    });

    it.each(['up', 'down'])('keeps no process alive after it is closed, with Redis %s', async (state) => {
      const module = fileURLToPath(new URL('redis-locks.ts', import.meta.url));
      const url = state === 'up' ? redis.url : 'redis://127.0.0.1:1';
      const program = `
        import { openRedisLocks } from ${JSON.stringify(module)};
        const locks = openRedisLocks({ url: ${JSON.stringify(url)} });
        await locks.acquire(['process']);
        await locks.close();
        console.log('closed');`;
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      await once(child.stdout, 'data');
      const [code] = await takeWithin(2_500, () => exited);
      expect(code).toBe(0);
    });
  });
});
