import { describe, expect, it } from 'vitest';
import { whileLocked } from '../../test/support/blocker.ts';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { insist } from '../../test/conformance/conformance.ts';
import { useDatabase } from '../../test/support/database.ts';
import { createGate, settledOrBlocked } from '../../test/support/gate.ts';
import {
  buySeats,
  expireHold,
  giveMoney,
  holdCommand,
  holdSeats,
  liveClaims,
  moveExpiry,
  passed,
  payCommand,
  refundCommand,
  seatOf,
  someAccount,
} from '../../test/support/fixture.ts';
import { reservationOf, violationsIn } from '../../test/support/state.ts';
import { execute } from '../../test/support/execute.ts';
import { cancel, endHolds, nextConfirmed } from './cancel.ts';
import { sweepExpired } from './expire.ts';
import type { Database } from '../db/database.ts';
import type { HoldStrategy } from './hold/hold.ts';
import { atomicHold } from './hold/atomic.ts';
import { HOLD_STRATEGIES } from './hold/strategies.ts';
import { PAY_STRATEGIES } from './pay/strategies.ts';
import { refund } from './refund/refund.ts';

const database = useDatabase();
const holdStrategies = HOLD_STRATEGIES.filter((strategy) => strategy.use === 'service');
const payStrategies = PAY_STRATEGIES.filter((strategy) => strategy.use === 'service');
const BATCH = 500;

const endAll = (performanceId: string, by: Database = database): Promise<number> =>
  endHolds({ database: by }, performanceId, BATCH);
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** The reservations of the performance that are held, whatever their expiry, and confirmed. */
async function liveIn(performanceId: string): Promise<readonly string[]> {
  const rows = await database.sql<{ state: string }>(
    `select state::text from reservation where performance_id = $1 and state in ('held', 'confirmed')`,
    [performanceId],
  );
  return rows.map(({ state }) => state);
}

describe('the mark', () => {
  it('is made once, with its time and its actor; a second is the same success', async () => {
    const performanceId = await plantPerformance(database);
    await refund({ database }, refundCommand(await buySeats(database, performanceId, [1])));
    const cancelled = { outcome: 'cancelled', performanceId };
    expect(await cancel({ database }, { performanceId, actor: 'boss' })).toEqual(cancelled);
    const read = (): Promise<unknown[]> =>
      database.sql(
        `select p.sale_state::text, p.cancelled_at, c.actor, c.refunded_before
         from performance as p join cancellation as c using (performance_id) where performance_id = $1`,
        [performanceId],
      );
    const [row] = await read();
    expect(row).toEqual({
      sale_state: 'cancelled',
      cancelled_at: expect.any(Date),
      actor: 'boss',
      refunded_before: 1,
    });
    expect(await cancel({ database }, { performanceId, actor: 'another' })).toEqual({
      ...cancelled,
      replayed: true,
    });
    expect(await read()).toEqual([row]);
  });

  it('does not find a performance that is not there', async () => {
    expect(await cancel({ database }, { performanceId: 'no-such' })).toEqual({
      outcome: 'not_found',
      what: 'performance',
    });
  });

  it.each([
    ['open it again', `sale_state = 'open'`],
    ['forget when', 'cancelled_at = null'],
  ])('can be taken back by no program: the table refuses to %s', async (_, change) => {
    const performanceId = await plantPerformance(database);
    await cancel({ database }, { performanceId });
    const taking = database.sql(`update performance set ${change} where performance_id = $1`, [
      performanceId,
    ]);
    await expect(taking).rejects.toThrow('performance_cancelled');
  });

  it('changes nothing when a hold in flight does not end in time', async () => {
    const performanceId = await plantPerformance(database);
    const hold = await holdSeats(database, performanceId, [1]);
    const patient = database.open({ poolSize: 1, lockTimeoutMs: 0 });
    await whileLocked(database, 'limit', hold, async (letGo) => {
      const next = holdCommand({ performanceId, accountId: hold.accountId, seats: [2] });
      const holding = execute(atomicHold, { database: patient }, next);
      await settledOrBlocked(database, holding);
      expect(await cancel({ database }, { performanceId })).toEqual({ outcome: 'contended', cause: '55P03' });
      await letGo();
      expect(await holding).toMatchObject({ outcome: 'held' });
    });
    const [row] = await database.sql(
      `select p.sale_state::text, c.actor from performance as p left join cancellation as c using (performance_id)
       where performance_id = $1`,
      [performanceId],
    );
    expect(row).toEqual({ sale_state: 'open', actor: null });
    expect(await cancel({ database }, { performanceId })).toMatchObject({ outcome: 'cancelled' });
    await endAll(performanceId);
  });
});

/** Marks and ends holds while a hold has found the sale open and waits for its account's limit row; what is live afterwards. */
async function overlap(
  strategy: HoldStrategy,
  mark: (performanceId: string) => Promise<unknown>,
): Promise<readonly string[]> {
  const performanceId = await plantPerformance(database);
  // On a slow machine, too, both wait until the lock is released.
  const patient = database.open({ lockTimeoutMs: 0 });
  const first = await holdSeats(database, performanceId, [1]);
  const next = holdCommand({ performanceId, accountId: first.accountId, seats: [2] });
  await whileLocked(database, 'limit', first, async (letGo) => {
    const holding = execute(strategy, { database: patient }, next);
    await settledOrBlocked(database, holding);
    const ending = mark(performanceId).then(() => endAll(performanceId, patient));
    // A strategy that waits only briefly has given up by now, and only the end of holds waits.
    await settledOrBlocked(database, Promise.race([holding, ending]), 2);
    await letGo();
    await Promise.all([holding, ending]);
  });
  return liveIn(performanceId);
}

describe.each(holdStrategies.map((strategy) => [strategy.name, strategy] as const))(
  'beside hold/%s',
  (_, strategy) => {
    it('leaves no hold that found the sale open before', async () => {
      const left = await overlap(strategy, async (performanceId) => {
        expect(await cancel({ database }, { performanceId })).toMatchObject({ outcome: 'cancelled' });
      });
      expect(left).toEqual([]);
      expect(await violationsIn(database)).toEqual([]);
    });

    it('refuses what comes later, and what is between its read and its write', async () => {
      const performanceId = await plantPerformance(database);
      const command = holdCommand({ performanceId, accountId: someAccount(), seats: [1] });
      const gate = createGate('hold: between read and write');
      const early = execute(strategy, { database, racePoint: gate.racePoint }, command);
      await Promise.race([gate.arrived(1), early]);
      const cancelling = cancel({ database }, { performanceId });
      await settledOrBlocked(database, cancelling);
      gate.open();
      expect(await cancelling).toMatchObject({ outcome: 'cancelled' });
      expect(['held', 'sales_closed', 'contended']).toContain((await early).outcome);
      const late = holdCommand({ performanceId, accountId: someAccount(), seats: [2] });
      const refused = { outcome: 'sales_closed', reason: 'cancelled' };
      expect(await execute(strategy, { database }, late)).toEqual(refused);
      await endAll(performanceId);
      expect(await liveIn(performanceId)).toEqual([]);
    });
  },
);

it('leaves a hold that found the sale open before, where the mark takes no table lock', async () => {
  const left = await overlap(atomicHold, (performanceId) =>
    database.sql(
      `with marked as (
         update performance set sale_state = 'cancelled', cancelled_at = clock_timestamp() where performance_id = $1
       )
       insert into cancellation values ($1, null, 0, clock_timestamp())`,
      [performanceId],
    ),
  );
  expect(left).toEqual(['held']);
});

describe('the end of holds', () => {
  it('releases what is held, marks what has expired, and leaves all else alone', async () => {
    const performanceId = await plantPerformance(database, { seatLimit: 4 });
    const accountId = someAccount();
    const one = await holdSeats(database, performanceId, [1, 2], accountId);
    const two = await holdSeats(database, performanceId, [3], accountId);
    const paid = await buySeats(database, performanceId, [4], accountId);
    const late = await holdSeats(database, performanceId, [5, 6]);
    await expireHold(database, late);
    const taken = await buySeats(database, performanceId, [6]);
    const elsewhere = await holdSeats(database, await plantPerformance(database), [1]);
    await cancel({ database }, { performanceId });
    expect(await endHolds({ database }, performanceId, 2)).toBe(2);
    expect(await endHolds({ database }, performanceId, 2)).toBe(1);
    expect(await endAll(performanceId)).toBe(0);
    const states = await Promise.all(
      [one, two, paid, late, taken, elsewhere].map((hold) => reservationOf(database, hold)),
    );
    expect(states.map(({ state }) => state)).toEqual([
      'released',
      'released',
      'confirmed',
      'expired',
      'confirmed',
      'held',
    ]);
    expect(await seatOf(database, performanceId, 1)).toMatchObject({ state: 'free', held_until: null });
    expect(await seatOf(database, performanceId, 5)).toMatchObject({ state: 'free' });
    expect(await seatOf(database, performanceId, 6)).toMatchObject({ state: 'sold' });
    expect(await liveClaims(database, one)).toBe(1);
    expect(await violationsIn(database)).toEqual([]);
  });

  it('meets itself and a sweep at once', async () => {
    const performanceId = await plantPerformance(database, { seats: 60, seatLimit: null });
    for (let seat = 1; seat <= 60; seat += 1) {
      const hold = await holdSeats(database, performanceId, [seat]);
      if (seat % 3 === 0) await expireHold(database, hold);
    }
    await cancel({ database }, { performanceId });
    const ended = await Promise.all([
      ...Array.from({ length: 6 }, () =>
        insist(async () => ({ outcome: String(await endAll(performanceId)) })),
      ),
      sweepExpired({ database }, { from: new Date(0), batchSize: 100 }),
    ]);
    expect(ended).toHaveLength(7);
    expect(await liveIn(performanceId)).toEqual([]);
    expect(await violationsIn(database)).toEqual([]);
  });
});

describe.each(payStrategies.map((strategy) => [strategy.name, strategy] as const))(
  'beside pay/%s',
  (_, strategy) => {
    it('refuses a payment whose hold it has ended', async () => {
      const performanceId = await plantPerformance(database);
      const hold = await holdSeats(database, performanceId, [1]);
      await giveMoney(database, hold.accountId, 50_000);
      const gate = createGate('pay: between read and write');
      const paying = execute(strategy, { database, racePoint: gate.racePoint }, payCommand(hold));
      await Promise.race([gate.arrived(1), paying]);
      await cancel({ database }, { performanceId });
      const ending = endAll(performanceId);
      await settledOrBlocked(database, ending);
      gate.open();
      const [paid] = await Promise.all([paying, ending]);
      // A strategy that has locked the reservation is in time, and found by the refunds.
      const confirmed = await nextConfirmed({ database }, performanceId, BEFORE_ALL, 10);
      expect(confirmed).toHaveLength(paid.outcome === 'paid' ? 1 : 0);
      if (paid.outcome !== 'paid') {
        expect(await execute(strategy, { database }, payCommand(hold))).toEqual({
          outcome: 'reservation_not_payable',
          state: 'released',
        });
      }
      for (const { reservationId, accountId } of confirmed) {
        const command = refundCommand({ ...hold, reservationId, accountId });
        expect(await refund({ database }, command)).toMatchObject({ outcome: 'refunded' });
      }
      expect(await liveIn(performanceId)).toEqual([]);
    });

    it('waits for a payment that was in time and is written after its hold has expired', async () => {
      const performanceId = await plantPerformance(database);
      const hold = await holdSeats(database, performanceId, [1]);
      await giveMoney(database, hold.accountId, 50_000);
      const { held, paid } = await whileLocked(database, 'wallet', hold, async (letGo) => {
        const expiry = await moveExpiry(database, hold, 1_500);
        await cancel({ database }, { performanceId });
        const paying = execute(strategy, { database }, payCommand(hold));
        await settledOrBlocked(database, paying);
        await passed(database, expiry);
        const ending = endAll(performanceId);
        await settledOrBlocked(database, ending, 2);
        const [row] = await database.sql<{ held: number }>(
          `select count(*)::int as held from reservation
         where performance_id = $1 and state = 'held' and expires_at > clock_timestamp()`,
          [performanceId],
        );
        await letGo();
        await ending;
        return { held: row!.held, paid: await paying };
      });
      // A look at unexpired holds alone would have found nothing left to wait for.
      expect(held).toBe(0);
      const confirmed = await nextConfirmed({ database }, performanceId, BEFORE_ALL, 10);
      expect(confirmed).toHaveLength(paid.outcome === 'paid' ? 1 : 0);
      await refund({ database }, refundCommand(hold));
      expect(await liveIn(performanceId)).toEqual([]);
      expect(await violationsIn(database)).toEqual([]);
    });
  },
);

it('lets a buyer refund after the deadline', async () => {
  const performanceId = await plantPerformance(database, {
    refundableUntil: new Date('2020-01-01T00:00:00Z'),
  });
  const hold = await buySeats(database, performanceId, [1]);
  expect(await refund({ database }, refundCommand(hold))).toMatchObject({ reason: 'deadline' });
  await cancel({ database }, { performanceId });
  expect(await refund({ database }, refundCommand(hold))).toMatchObject({ outcome: 'refunded' });
});
