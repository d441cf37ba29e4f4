/** The cases that need the fence: a lock in Redis lost while its holder still works, and a Redis that dies. */
import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../test/support/catalogue.ts';
import { tally } from '../../../test/conformance/conformance.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { createGate, settledOrBlocked, until } from '../../../test/support/gate.ts';
import type { Gate } from '../../../test/support/gate.ts';
import { describeWithRedis, useRedis } from '../../../test/support/redis.ts';
import {
  topUpCommand,
  giveMoney,
  holdCommand,
  someAccount,
  walletOf,
} from '../../../test/support/fixture.ts';
import type { Database } from '../../db/database.ts';
import type { TopUpOutcome, TopUpStrategy } from '../top-up/top-up.ts';
import { optimisticTopUp } from '../top-up/optimistic.ts';
import { topUpKeys } from '../top-up/strategies.ts';
import { unguardedTopUp } from '../top-up/unguarded.ts';
import { optimisticHold } from '../hold/optimistic.ts';
import { holdKeys } from '../hold/strategies.ts';
import { redisLock } from './redis-lock.ts';
import type { RedisLocks } from './redis-lock.ts';
import { retry } from './retry.ts';
import { execute } from '../../../test/support/execute.ts';

const database = useDatabase();

/** The same database without the fence: it shows what a lock in Redis alone guards. */
function unfenced(): Database {
  const bare: Database = { ...database, withPrologue: () => bare };
  return bare;
}
const FENCES = [
  ['without the fence', unfenced, false],
  ['with the fence', (): Database => database, true],
] as const;

/** Locks whose holder stalls once it has them, until the gate is opened. */
function stalling(locks: RedisLocks, gate: Gate): RedisLocks {
  return {
    ...locks,
    acquire: async (keys) => {
      const lock = await locks.acquire(keys);
      await gate.racePoint('topUp: between read and write');
      return lock;
    },
  };
}

async function walletWith(money: number): Promise<string> {
  const accountId = someAccount();
  await giveMoney(database, accountId, money);
  return accountId;
}

async function fenceOf(resource: string): Promise<number | undefined> {
  const rows = await database.sql<{ token: number }>(`select token from lock_fence where resource = $1`, [
    resource,
  ]);
  return rows[0]?.token;
}

describeWithRedis('redis-lock', () => {
  const redis = useRedis();
  const locks = redis.openLocks({ lockTtlMs: 60_000, acquireTimeoutMs: 20_000 });
  const impatient = redis.openLocks({ lockTtlMs: 60_000, acquireTimeoutMs: 100 });

  describe.each(FENCES)('a lock that expires under its holder, %s', (_, open, isFenced) => {
    const locked: TopUpStrategy = redisLock(unguardedTopUp, topUpKeys, locks);

    /** The answers of two top-ups of a wallet: the second came after the first had read and lost its lock. */
    async function overtake(
      loseLock: () => Promise<void>,
    ): Promise<{ outcomes: TopUpOutcome[]; gained: number }> {
      const accountId = await walletWith(500);
      const gate = createGate();
      const first = execute(
        locked,
        { database: open(), racePoint: gate.racePoint },
        topUpCommand({ accountId }),
      );
      await gate.arrived(1);
      await loseLock();
      const second = execute(locked, { database: open() }, topUpCommand({ accountId }));
      await settledOrBlocked(database, second);
      gate.open();
      const outcomes = await Promise.all([first, second]);
      return { outcomes, gained: (await walletOf(database, accountId)).balance - 500 };
    }

    it(
      isFenced ? 'between read and write: the next one waits' : 'between read and write: a top-up is lost',
      async () => {
        const { outcomes, gained } = await overtake(() => redis.expireLocks());
        expect(tally(outcomes)).toEqual({ topped_up: 2 });
        expect(gained).toBe(isFenced ? 2_000 : 1_000);
      },
    );

    it(
      isFenced ? 'by a restart of Redis: the next one waits' : 'by a restart of Redis: a top-up is lost',
      async () => {
        const { outcomes, gained } = await overtake(async () => {
          await redis.kill();
          await redis.restart();
          await untilUsable(locks);
        });
        expect(tally(outcomes)).toEqual({ topped_up: 2 });
        expect(gained).toBe(isFenced ? 2_000 : 1_000);
      },
    );

    it(isFenced ? 'before BEGIN: it is refused' : 'before BEGIN: a top-up is lost', async () => {
      const accountId = await walletWith(500);
      const [atLock, atWrite] = [createGate(), createGate()];
      const stalled = redisLock(unguardedTopUp, topUpKeys, stalling(locks, atLock));
      const first = execute(stalled, { database: open() }, topUpCommand({ accountId }));
      await atLock.arrived(1);
      await redis.expireLocks();
      const second = execute(
        locked,
        { database: open(), racePoint: atWrite.racePoint },
        topUpCommand({ accountId }),
      );
      await atWrite.arrived(1);
      atLock.open();
      await settledOrBlocked(database, first);
      atWrite.open();
      const outcomes = [await first, await second];
      const contended = { outcome: 'contended', cause: 'fence' };
      const toppedUp = expect.objectContaining({ outcome: 'topped_up' });
      expect(outcomes).toEqual(isFenced ? [contended, toppedUp] : [toppedUp, toppedUp]);
      expect(await walletOf(database, accountId)).toMatchObject({
        balance: 1_500,
        entries: isFenced ? 2 : 3,
      });
    });
  });

  describe('the fence', () => {
    const locked = redisLock(unguardedTopUp, topUpKeys, locks);

    it('refuses a holder that comes after a newer one, with nothing written, and lets it try again', async () => {
      const accountId = await walletWith(500);
      const gate = createGate();
      const stalled = redisLock(unguardedTopUp, topUpKeys, stalling(locks, gate));
      const command = topUpCommand({ accountId });
      const refused = execute(stalled, { database }, command);
      const retried = execute(retry(stalled), { database }, topUpCommand({ accountId }));
      await gate.arrived(1);
      await redis.expireLocks();
      await gate.arrived(2);
      await redis.expireLocks();
      await execute(locked, { database }, topUpCommand({ accountId }));
      const newest = await fenceOf(`wallet ${accountId}`);
      gate.open();
      expect(await refused).toEqual({ outcome: 'contended', cause: 'fence' });
      expect(await retried).toMatchObject({ outcome: 'topped_up' });
      expect(await walletOf(database, accountId)).toEqual({ balance: 2_500, ledger: 2_500, entries: 3 });
      expect(await fenceOf(`wallet ${accountId}`)).toBeGreaterThan(newest!);
      expect(await execute(locked, { database }, command)).toMatchObject({
        outcome: 'topped_up',
        balanceAfter: 3_500,
      });
    });

    it('answers contended to a newer holder when an older one stays in its transaction', async () => {
      const accountId = await walletWith(500);
      const gate = createGate();
      const first = execute(locked, { database, racePoint: gate.racePoint }, topUpCommand({ accountId }));
      await gate.arrived(1);
      await redis.expireLocks();
      const impatientDatabase = database.open({ lockTimeoutMs: 50 });
      expect(await execute(locked, { database: impatientDatabase }, topUpCommand({ accountId }))).toEqual({
        outcome: 'contended',
        cause: '55P03',
      });
      gate.open();
      expect(await first).toMatchObject({ outcome: 'topped_up' });
      expect((await walletOf(database, accountId)).balance).toBe(1_500);
    });

    it('forgets the token of a holder that rolled back, since it wrote nothing', async () => {
      const accountId = await walletWith(500);
      const gate = createGate();
      const stalled = redisLock(unguardedTopUp, topUpKeys, stalling(locks, gate));
      const older = execute(stalled, { database }, topUpCommand({ accountId }));
      await gate.arrived(1);
      await redis.expireLocks();
      const racePoint = async (): Promise<void> => {
        throw new Error('the newer one fails');
      };
      const newer = execute(locked, { database, racePoint }, topUpCommand({ accountId }));
      await expect(newer).rejects.toThrow('the newer one fails');
      expect(await fenceOf(`wallet ${accountId}`)).toBeUndefined();
      gate.open();
      expect(await older).toMatchObject({ outcome: 'topped_up' });
    });

    it('refuses all of a request when one of its things has a newer holder', async () => {
      const performanceId = await plantPerformance(database);
      const hold = (seats: readonly number[], from: RedisLocks): Promise<{ outcome: string }> => {
        const command = holdCommand({ performanceId, accountId: someAccount(), seats });
        return execute(redisLock(optimisticHold, holdKeys, from), { database }, command);
      };
      const gate = createGate();
      const stalled = hold([1, 2, 3], stalling(locks, gate));
      await gate.arrived(1);
      await redis.expireLocks();
      expect(await hold([2], locks)).toMatchObject({ outcome: 'held' });
      gate.open();
      expect(await stalled).toEqual({ outcome: 'contended', cause: 'fence' });
      expect(await fenceOf(`seat ${performanceId} 1`)).toBeUndefined();
      expect(await fenceOf(`seat ${performanceId} 2`)).toBeGreaterThan(0);
      expect(await hold([1, 3], locks)).toMatchObject({ outcome: 'held' });
      expect(await hold([1, 2, 3], locks)).toEqual({ outcome: 'seat_taken', seats: [1, 2, 3] });
    });

    it('lets a token pass once, should Redis ever give it twice', async () => {
      const accountId = await walletWith(500);
      const twice: RedisLocks = {
        ...locks,
        acquire: async () => ({ token: 1, release: async () => undefined }),
      };
      const topUp = (): Promise<TopUpOutcome> =>
        execute(redisLock(optimisticTopUp, topUpKeys, twice), { database }, topUpCommand({ accountId }));
      expect(await topUp()).toMatchObject({ outcome: 'topped_up' });
      expect(await topUp()).toEqual({ outcome: 'contended', cause: 'fence' });
      expect((await walletOf(database, accountId)).balance).toBe(1_500);
    });

    it('is taken in one order, whatever the order of the keys, so that crossing requests cannot deadlock', async () => {
      await database.sql(
        `insert into lock_fence (resource, token) values ('crossing 1', 1), ('crossing 2', 1)`,
      );
      for (const keys of [
        ['crossing 1', 'crossing 2'],
        ['crossing 2', 'crossing 1', 'crossing 2'],
      ]) {
        const crossing = redisLock(optimisticTopUp, () => keys, locks);
        const blocker = await database.pool.connect();
        try {
          await blocker.query('begin');
          await blocker.query(`select from lock_fence where resource = 'crossing 2' for update`);
          const toppingUp = execute(crossing, { database }, topUpCommand({ accountId: someAccount() }));
          await settledOrBlocked(database, toppingUp);
          // The one that waits for the second row has locked the first one.
          const free = await database.sql(
            `select from lock_fence where resource = 'crossing 1' for update skip locked`,
          );
          expect(free).toEqual([]);
          await blocker.query('rollback');
          expect(await toppingUp).toMatchObject({ outcome: 'topped_up' });
        } finally {
          blocker.release();
        }
      }
    });

    it('can be purged of what no holder needs, by the statement that the migration names', async () => {
      const accountId = await walletWith(500);
      await execute(locked, { database }, topUpCommand({ accountId }));
      await database.sql(
        `insert into lock_fence (resource, token) values ('a wallet of last year', 1700000000000000)`,
      );
      await database.sql(
        `delete from lock_fence where token < extract(epoch from clock_timestamp() - interval '1 day') * 1000000`,
      );
      expect(await fenceOf('a wallet of last year')).toBeUndefined();
      expect(await fenceOf(`wallet ${accountId}`)).toBeGreaterThan(1_700_000_000_000_000);
    });
  });

  describe('when Redis dies', () => {
    const locked = redisLock(optimisticTopUp, topUpKeys, locks);

    it('lets its holder finish, refuses the others until it is back, and its tokens still rise', async () => {
      const accountId = await walletWith(500);
      const gate = createGate();
      const first = execute(locked, { database, racePoint: gate.racePoint }, topUpCommand({ accountId }));
      await gate.arrived(1);
      await redis.kill();
      const refused = await Promise.all(
        Array.from({ length: 20 }, () => execute(locked, { database }, topUpCommand({ accountId }))),
      );
      expect(new Set(refused.map((outcome) => JSON.stringify(outcome)))).toEqual(
        new Set([JSON.stringify({ outcome: 'contended', cause: 'redis' })]),
      );
      gate.open();
      expect(await first).toMatchObject({ outcome: 'topped_up' });
      expect((await walletOf(database, accountId)).balance).toBe(1_500);
      const token = await fenceOf(`wallet ${accountId}`);

      await redis.restart();
      await untilUsable(locks);
      expect(await execute(locked, { database }, topUpCommand({ accountId }))).toMatchObject({
        outcome: 'topped_up',
      });
      expect(await walletOf(database, accountId)).toEqual({ balance: 2_500, ledger: 2_500, entries: 3 });
      expect(await fenceOf(`wallet ${accountId}`)).toBeGreaterThan(token!);
    });

    it('loses nothing in a storm in which it dies and comes back empty, twice', async () => {
      const unguarded = redisLock(unguardedTopUp, topUpKeys, impatient);
      const accounts = await Promise.all([1, 2, 3].map(() => walletWith(500)));
      const over = new AbortController();
      let toppedUp = 0;
      const customer = async (i: number): Promise<void> => {
        while (!over.signal.aborted) {
          const command = topUpCommand({ accountId: accounts[i % accounts.length]!, amount: 1 });
          const { outcome } = await execute(unguarded, { database }, command);
          expect(['topped_up', 'contended']).toContain(outcome);
          if (outcome === 'topped_up') toppedUp += 1;
          // A refusal may come at once; yield, so that the connection can make progress.
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      const crowd = Promise.all(Array.from({ length: 12 }, (_, i) => customer(i)));
      try {
        for (let round = 0; round < 2; round += 1) {
          const enough = toppedUp + 20;
          await Promise.race([crowd, until(async () => toppedUp >= enough)]);
          await redis.kill();
          await redis.restart();
          await untilUsable(impatient);
        }
      } finally {
        over.abort();
        await crowd;
      }
      const wallets = await Promise.all(accounts.map((accountId) => walletOf(database, accountId)));
      for (const { balance, ledger } of wallets) expect(balance).toBe(ledger);
      expect(wallets.reduce((sum, { balance }) => sum + balance, 0)).toBe(1_500 + toppedUp);
    });
  });
});

/** Resolves when the connection to a Redis that is back is back as well. */
async function untilUsable(locks: RedisLocks): Promise<void> {
  await until(async () => {
    const lock = await locks.acquire(['whether Redis is back']);
    await lock?.release();
    return lock !== undefined;
  });
}
