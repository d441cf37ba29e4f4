import { describe, expect, it } from 'vitest';
import { tally } from '../../../test/support/conformance.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { startFaultyProxy } from '../../../test/support/faulty-proxy.ts';
import { createGate } from '../../../test/support/gate.ts';
import { describeWithRedis, useRedis, withVisibleWaits } from '../../../test/support/redis.ts';
import { chargeCommand, giveMoney, someAccount, walletOf } from '../../../test/support/stage.ts';
import { chargeConformance, chargeRaces, overlap } from '../charge/conformance.ts';
import { optimisticCharge } from '../charge/optimistic.ts';
import { chargeKeys } from '../charge/strategies.ts';
import { holdConformance, holdRaces } from '../hold/conformance.ts';
import { chargeStrategyNamed, holdStrategyNamed, payStrategyNamed } from '../named-strategy.ts';
import { payConformance, payRaces } from '../pay/conformance.ts';
import { redisLock } from './redis-lock.ts';

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
    'charge/%s',
    (name) => {
      const strategy = chargeStrategyNamed(name, resources);
      chargeConformance(seen.database, strategy);
      describe('in races', () => chargeRaces(seen.database, strategy));
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

  describe('among those who take it', () => {
    it('lets every charge through that would lose its race without the lock', async () => {
      const locked = redisLock(optimisticCharge, chargeKeys, seen.locks);
      expect(tally((await overlap(database, optimisticCharge)).outcomes)).toEqual({
        charged: 1,
        contended: 1,
      });
      expect(tally((await overlap(seen.database, locked)).outcomes)).toEqual({ charged: 2 });
      const accountId = someAccount();
      const commands = Array.from({ length: 100 }, () => chargeCommand({ accountId }));
      const outcomes = await Promise.all(commands.map((command) => locked.execute({ database }, command)));
      expect(tally(outcomes)).toEqual({ charged: 100 });
    });

    it('holds no connection while it waits', async () => {
      const accountId = await walletWith(500);
      const narrow = database.open({ poolSize: 2 });
      const gate = createGate();
      const locked = redisLock(optimisticCharge, chargeKeys, locks);
      const context = { database: narrow, racePoint: gate.racePoint };
      const all = Array.from({ length: 10 }, () => locked.execute(context, chargeCommand({ accountId })));
      await gate.arrived(1);
      const other = await optimisticCharge.execute(
        { database: narrow },
        chargeCommand({ accountId: someAccount() }),
      );
      expect(other).toMatchObject({ outcome: 'charged' });
      gate.open();
      expect(tally(await Promise.all(all))).toEqual({ charged: 10 });
    });

    it('is contended when the lock is not had in time, and takes no connection', async () => {
      const accountId = await walletWith(500);
      const held = await locks.acquire(chargeKeys(chargeCommand({ accountId })));
      const unused = database.open();
      const locked = redisLock(optimisticCharge, chargeKeys, impatient);
      const outcome = await locked.execute({ database: unused }, chargeCommand({ accountId }));
      expect(outcome).toEqual({ outcome: 'contended', cause: 'redis' });
      expect(unused.pool.totalCount).toBe(0);
      await held?.release();
    });

    it('gives the lock back also when the core fails', async () => {
      const accountId = await walletWith(500);
      const locked = redisLock(optimisticCharge, chargeKeys, impatient);
      const racePoint = async (): Promise<void> => {
        throw new Error('the program fails here');
      };
      const failing = locked.execute({ database, racePoint }, chargeCommand({ accountId }));
      await expect(failing).rejects.toThrow('the program fails here');
      expect(await locked.execute({ database }, chargeCommand({ accountId }))).toMatchObject({
        outcome: 'charged',
      });
    });

    it('finds out what became of a lost COMMIT, also of a core that does not know its transaction', async () => {
      const locked = chargeStrategyNamed('redis-lock+atomic', { redisLocks: locks });
      const proxy = await startFaultyProxy(database.url);
      try {
        const proxied = database.open({ url: proxy.url, poolSize: 2 });
        const command = chargeCommand({ accountId: someAccount() });
        proxy.failNextCommit('lose the answer');
        expect(await locked.execute({ database: proxied }, command)).toMatchObject({
          outcome: 'charged',
          seq: 1,
        });
        proxy.failNextCommit('lose the request');
        const another = chargeCommand({ accountId: command.accountId });
        expect(await locked.execute({ database: proxied }, another)).toEqual({
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
