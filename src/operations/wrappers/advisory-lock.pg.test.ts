import { describe, expect, it } from 'vitest';
import { tally } from '../../../test/conformance/conformance.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { createGate, settledOrBlocked } from '../../../test/support/gate.ts';
import { topUpCommand, giveMoney, someAccount, walletOf } from '../../../test/support/fixture.ts';
import { overlap } from '../../../test/conformance/top-up/interleavings.ts';
import { topUpRaces } from '../../../test/conformance/top-up/races.ts';
import { topUpConformance } from '../../../test/conformance/top-up/top-up.ts';
import { optimisticTopUp } from '../top-up/optimistic.ts';
import { topUpKeys } from '../top-up/strategies.ts';
import { unguardedTopUp } from '../top-up/unguarded.ts';
import { holdConformance, holdRaces } from '../../../test/conformance/hold/hold.ts';
import { topUpStrategyNamed, holdStrategyNamed, payStrategyNamed } from '../registry.ts';
import { payConformance } from '../../../test/conformance/pay/pay.ts';
import { payRaces } from '../../../test/conformance/pay/races.ts';
import { advisoryLock } from './advisory-lock.ts';
import { execute } from '../../../test/support/execute.ts';

const database = useDatabase();

describe.each(['advisory-lock+optimistic', 'advisory-lock+serializable', 'advisory-lock+atomic'])(
  'top-up/%s',
  (name) => {
    const strategy = topUpStrategyNamed(name);
    topUpConformance(database, strategy);
    describe('in races', () => topUpRaces(database, strategy));
  },
);

describe.each(['advisory-lock+optimistic', 'advisory-lock+pessimistic-nowait'])('hold/%s', (name) => {
  const strategy = holdStrategyNamed(name);
  holdConformance(database, strategy);
  describe('in races', () => holdRaces(database, strategy));
});

describe('pay/advisory-lock+optimistic', () => {
  const strategy = payStrategyNamed('advisory-lock+optimistic');
  payConformance(database, strategy);
  describe('in races', () => payRaces(database, strategy));
});

async function advisoryLocks(): Promise<number> {
  const [row] = await database.sql<{ locks: number }>(
    `select count(*)::int as locks from pg_locks
     where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  );
  return row!.locks;
}

describe('an advisory lock', () => {
  const locked = advisoryLock(optimisticTopUp, topUpKeys);

  it('lets every top-up through that would lose its race without the lock', async () => {
    expect(tally((await overlap(database, optimisticTopUp)).outcomes)).toEqual({
      topped_up: 1,
      contended: 1,
    });
    expect(tally((await overlap(database, locked)).outcomes)).toEqual({ topped_up: 2 });
    const accountId = someAccount();
    const commands = Array.from({ length: 100 }, () => topUpCommand({ accountId }));
    const outcomes = await Promise.all(commands.map((command) => execute(locked, { database }, command)));
    expect(tally(outcomes)).toEqual({ topped_up: 100 });
    expect(await walletOf(database, accountId)).toEqual({ balance: 100_000, ledger: 100_000, entries: 100 });
  });

  it('guards the unguarded among requests that take it', async () => {
    const { outcomes, gained } = await overlap(database, advisoryLock(unguardedTopUp, topUpKeys));
    expect(tally(outcomes)).toEqual({ topped_up: 2 });
    expect(gained).toBe(2_000);
  });

  it('guards nothing against requests that do not take it', async () => {
    const accountId = someAccount();
    await giveMoney(database, accountId, 500);
    const gate = createGate();
    const guarded = advisoryLock(unguardedTopUp, topUpKeys);
    const first = execute(guarded, { database, racePoint: gate.racePoint }, topUpCommand({ accountId }));
    await gate.arrived(1);
    expect(await execute(unguardedTopUp, { database }, topUpCommand({ accountId }))).toMatchObject({
      outcome: 'topped_up',
    });
    gate.open();
    expect(await first).toMatchObject({ outcome: 'topped_up' });
    expect((await walletOf(database, accountId)).balance).toBe(1_500);
  });

  it('does not stop requests for something else', async () => {
    const gate = createGate();
    const context = { database, racePoint: gate.racePoint };
    const two = [1, 2].map(() => execute(locked, context, topUpCommand({ accountId: someAccount() })));
    await gate.arrived(2);
    gate.open();
    expect(tally(await Promise.all(two))).toEqual({ topped_up: 2 });
  });

  it('is held until the transaction ends, however it ends', async () => {
    const gate = createGate();
    const accountId = someAccount();
    const first = execute(locked, { database, racePoint: gate.racePoint }, topUpCommand({ accountId }));
    await gate.arrived(1);
    expect(await advisoryLocks()).toBe(1);
    gate.open();
    await first;
    expect(await advisoryLocks()).toBe(0);
    const racePoint = async (): Promise<void> => {
      expect(await advisoryLocks()).toBe(1);
      throw new Error('the program fails here');
    };
    const failing = execute(locked, { database, racePoint }, topUpCommand({ accountId }));
    await expect(failing).rejects.toThrow('the program fails here');
    expect(await advisoryLocks()).toBe(0);
  });

  it('is contended when it is not acquired in time', async () => {
    const accountId = someAccount();
    const gate = createGate();
    const first = execute(locked, { database, racePoint: gate.racePoint }, topUpCommand({ accountId }));
    await gate.arrived(1);
    const impatient = database.open({ poolSize: 1, lockTimeoutMs: 50 });
    expect(await execute(locked, { database: impatient }, topUpCommand({ accountId }))).toEqual({
      outcome: 'contended',
      cause: '55P03',
    });
    gate.open();
    expect(await first).toMatchObject({ outcome: 'topped_up' });
  });

  it('is taken in one order, whatever the order of the keys, so that crossing requests cannot deadlock', async () => {
    const ordered = await database.sql<{ key: string }>(
      `select key from unnest(array['x', 'y']) as key order by hashtextextended(key, 0)`,
    );
    const [first, last] = ordered.map(({ key }) => key) as [string, string];
    for (const keys of [
      [first, last],
      [last, first, last],
    ]) {
      const blocker = await database.pool.connect();
      try {
        await blocker.query('begin');
        await blocker.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [last]);
        const crossing = advisoryLock(optimisticTopUp, () => keys);
        const toppingUp = execute(crossing, { database }, topUpCommand({ accountId: someAccount() }));
        await settledOrBlocked(database, toppingUp);
        expect(await locksOfWaiters()).toEqual({ had: 1, awaited: 1 });
        await blocker.query('rollback');
        expect(await toppingUp).toMatchObject({ outcome: 'topped_up' });
      } finally {
        blocker.release();
      }
    }
  });
});

/** How many advisory locks the waiting requests have, and how many they wait for. */
async function locksOfWaiters(): Promise<{ had: number; awaited: number }> {
  const [row] = await database.sql<{ had: number; awaited: number }>(
    `select count(*) filter (where granted)::int as had, count(*) filter (where not granted)::int as awaited
     from pg_locks
     where locktype = 'advisory'
       and pid in (
         select pid from pg_locks
         where not granted and locktype = 'advisory'
           and database = (select oid from pg_database where datname = current_database())
       )`,
  );
  return row!;
}
