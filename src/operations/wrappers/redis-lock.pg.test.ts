import { describe, expect, it } from 'vitest';
import { tally } from '../../../test/conformance/conformance.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { startFaultyProxy } from '../../../test/support/faulty-proxy.ts';
import { createGate } from '../../../test/support/gate.ts';
import { describeWithRedis, useRedis, withVisibleWaits } from '../../../test/support/redis.ts';
import { topUpCommand, giveMoney, someAccount, walletOf } from '../../../test/support/fixture.ts';
import { overlap } from '../../../test/conformance/top-up/interleavings.ts';
import { topUpRaces } from '../../../test/conformance/top-up/races.ts';
import { topUpConformance } from '../../../test/conformance/top-up/top-up.ts';
import { optimisticTopUp } from '../top-up/optimistic.ts';
import { topUpKeys } from '../top-up/strategies.ts';
import { holdConformance, holdRaces } from '../../../test/conformance/hold/hold.ts';
import { topUpStrategyNamed, holdStrategyNamed, payStrategyNamed } from '../registry.ts';
import { payConformance } from '../../../test/conformance/pay/pay.ts';
import { payRaces } from '../../../test/conformance/pay/races.ts';
import { redisLock } from './redis-lock.ts';
import { execute } from '../../../test/support/execute.ts';

const database = useDatabase();

async function walletWith(money: number): Promise<string> {
  const accountId = someAccount();
  await giveMoney(database, accountId, money);
  return accountId;
}

describeWithRedis('redis-lock', () => {
  const redis = useRedis();
  const LONG = { lockTtlMs: 60_000, acquireTimeoutMs: 20_000 };
  const seen = withVisibleWaits(database, redis, LONG);
  const resources = { redisLocks: seen.locks };
  const locks = redis.openLocks(LONG);
  const impatient = redis.openLocks({ lockTtlMs: 60_000, acquireTimeoutMs: 100 });

  describe.each(['redis-lock+atomic', 'redis-lock+optimistic', 'redis-lock+serializable'])(
    'top-up/%s',
    (name) => {
      const strategy = topUpStrategyNamed(name, resources);
      topUpConformance(seen.database, strategy);
      describe('in races', () => topUpRaces(seen.database, strategy));
    },
  );

  describe.each(['redis-lock+atomic', 'redis-lock+optimistic'])('hold/%s', (name) => {
    const strategy = holdStrategyNamed(name, resources);
    holdConformance(seen.database, strategy);
    describe('in races', () => holdRaces(seen.database, strategy));
  });

  describe.each(['redis-lock+atomic', 'redis-lock+optimistic'])('pay/%s', (name) => {
    const strategy = payStrategyNamed(name, resources);
    payConformance(seen.database, strategy);
    describe('in races', () => payRaces(seen.database, strategy));
  });

  describe('among requests that take it', () => {
    it('lets every top-up through that would lose its race without the lock', async () => {
      const locked = redisLock(optimisticTopUp, topUpKeys, seen.locks);
      expect(tally((await overlap(database, optimisticTopUp)).outcomes)).toEqual({
        topped_up: 1,
        contended: 1,
      });
      expect(tally((await overlap(seen.database, locked)).outcomes)).toEqual({ topped_up: 2 });
      const accountId = someAccount();
      const commands = Array.from({ length: 100 }, () => topUpCommand({ accountId }));
      const outcomes = await Promise.all(commands.map((command) => execute(locked, { database }, command)));
      expect(tally(outcomes)).toEqual({ topped_up: 100 });
    });

    it('holds no connection while it waits', async () => {
      const accountId = await walletWith(500);
      const narrow = database.open({ poolSize: 2 });
      const gate = createGate();
      const locked = redisLock(optimisticTopUp, topUpKeys, locks);
      const context = { database: narrow, racePoint: gate.racePoint };
      const all = Array.from({ length: 10 }, () => execute(locked, context, topUpCommand({ accountId })));
      await gate.arrived(1);
      const other = await execute(
        optimisticTopUp,
        { database: narrow },
        topUpCommand({ accountId: someAccount() }),
      );
      expect(other).toMatchObject({ outcome: 'topped_up' });
      gate.open();
      expect(tally(await Promise.all(all))).toEqual({ topped_up: 10 });
    });

    it('is contended when the lock is not acquired in time, and takes no connection', async () => {
      const accountId = await walletWith(500);
      const held = await locks.acquire(topUpKeys(topUpCommand({ accountId })));
      const unused = database.open();
      const locked = redisLock(optimisticTopUp, topUpKeys, impatient);
      const outcome = await execute(locked, { database: unused }, topUpCommand({ accountId }));
      expect(outcome).toEqual({ outcome: 'contended', cause: 'redis' });
      expect(unused.pool.totalCount).toBe(0);
      await held?.release();
    });

    it('gives the lock back also when the core fails', async () => {
      const accountId = await walletWith(500);
      const locked = redisLock(optimisticTopUp, topUpKeys, impatient);
      const racePoint = async (): Promise<void> => {
        throw new Error('the program fails here');
      };
      const failing = execute(locked, { database, racePoint }, topUpCommand({ accountId }));
      await expect(failing).rejects.toThrow('the program fails here');
      expect(await execute(locked, { database }, topUpCommand({ accountId }))).toMatchObject({
        outcome: 'topped_up',
      });
    });

    it('finds out what became of a lost COMMIT, also of a core that does not know its transaction', async () => {
      const locked = topUpStrategyNamed('redis-lock+atomic', { redisLocks: locks });
      const proxy = await startFaultyProxy(database.url);
      try {
        const proxied = database.open({ url: proxy.url, poolSize: 2 });
        const command = topUpCommand({ accountId: someAccount() });
        proxy.failNextCommit('lose the answer');
        expect(await execute(locked, { database: proxied }, command)).toMatchObject({
          outcome: 'topped_up',
          seq: 1,
        });
        proxy.failNextCommit('lose the request');
        const another = topUpCommand({ accountId: command.accountId });
        expect(await execute(locked, { database: proxied }, another)).toEqual({
          outcome: 'contended',
          cause: 'database',
        });
        expect(await walletOf(database, command.accountId)).toMatchObject({ balance: 1_000, entries: 1 });
      } finally {
        await proxy.close();
      }
    });
  });
});
