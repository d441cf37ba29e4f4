import { expect, it } from 'vitest';
import { plantPerformance } from '../../support/catalogue.ts';
import type { TestDatabase } from '../../support/database.ts';
import {
  buySeats,
  expireHold,
  holdCommand,
  holdSeats,
  liveClaims,
  refundCommand,
  seatOf,
  someAccount,
} from '../../support/fixture.ts';
import { refund } from '../../../src/operations/refund/refund.ts';
import { release } from '../../../src/operations/release.ts';
import type { HoldCommand, HoldOutcome, HoldStrategy } from '../../../src/operations/hold/hold.ts';
import { execute } from '../../support/execute.ts';
import { stateOf } from './fixtures.ts';

/** What a request changes and answers when nothing else happens. */
export function holdsOneAfterAnother(database: TestDatabase, strategy: HoldStrategy): void {
  const hold = (command: HoldCommand): Promise<HoldOutcome> => execute(strategy, { database }, command);
  const newHold = (performanceId: string, seats: readonly number[], accountId = someAccount()): HoldCommand =>
    holdCommand({ performanceId, accountId, seats });

  it('holds free seats: all of them, for the sum of their prices, until the hold time is over', async () => {
    const performanceId = await plantPerformance(database, { price: 70_000, holdSeconds: 120 });
    const command = newHold(performanceId, [2, 3]);
    const before = Date.now();
    const outcome = await hold(command);
    expect(outcome).toMatchObject({
      outcome: 'held',
      reservationId: command.reservationId,
      seats: [2, 3],
      amount: 140_000,
    });
    if (outcome.outcome !== 'held') return;
    const heldMs = outcome.expiresAt.getTime() - before;
    expect(heldMs).toBeGreaterThan(110_000);
    expect(heldMs).toBeLessThan(130_000);
    const seat = await seatOf(database, performanceId, 2);
    expect(seat).toEqual({
      state: 'held',
      version: 1,
      reservation_id: command.reservationId,
      held_until: outcome.expiresAt,
    });
    expect(await liveClaims(database, command)).toBe(2);
    expect(await seatOf(database, performanceId, 1)).toMatchObject({ state: 'free', version: 0 });
  });

  it('refuses all when one is taken, names the taken, and changes nothing', async () => {
    const performanceId = await plantPerformance(database);
    await holdSeats(database, performanceId, [2]);
    await buySeats(database, performanceId, [4]);
    const before = await stateOf(database, performanceId);
    expect(await hold(newHold(performanceId, [1, 2, 3, 4]))).toEqual({
      outcome: 'seat_taken',
      seats: [2, 4],
    });
    expect(await stateOf(database, performanceId)).toEqual(before);
  });

  it('takes the seat of an expired hold, whose reservation stays expired', async () => {
    const performanceId = await plantPerformance(database);
    const expired = await holdSeats(database, performanceId, [5]);
    await expireHold(database, expired);
    const next = newHold(performanceId, [5]);
    expect(await hold(next)).toMatchObject({ outcome: 'held', seats: [5] });
    expect((await seatOf(database, performanceId, 5)).reservation_id).toBe(next.reservationId);
    expect(await release({ database }, expired)).toEqual({ outcome: 'hold_expired' });
  });

  it('costs the price that is listed now, also for seats that were held or sold at another', async () => {
    const performanceId = await plantPerformance(database, { price: 150, seatLimit: null });
    const expired = await holdSeats(database, performanceId, [1]);
    await expireHold(database, expired);
    const released = await holdSeats(database, performanceId, [2]);
    const refunded = await buySeats(database, performanceId, [3]);
    await database.sql('update seat set list_price = 90 where performance_id = $1', [performanceId]);
    await release({ database }, released);
    await refund({ database }, refundCommand(refunded));
    expect(await hold(newHold(performanceId, [1, 2, 3, 4]))).toMatchObject({ outcome: 'held', amount: 360 });
    const prices = await database.sql(
      'select price::int from seat where performance_id = $1 and seat_number <= 4',
      [performanceId],
    );
    expect(prices).toEqual(Array.from({ length: 4 }, () => ({ price: 90 })));
  });

  it('knows which seats and performances there are', async () => {
    const performanceId = await plantPerformance(database, { seats: 3 });
    expect(await hold(newHold(performanceId, [3, 4, 99]))).toEqual({
      outcome: 'not_found',
      what: 'seat',
      seats: [4, 99],
    });
    expect(await hold(newHold('no-such-performance', [1]))).toEqual({
      outcome: 'not_found',
      what: 'performance',
    });
  });

  it.each([
    ['paused', `sale_state = 'paused'`, { reason: 'paused' }],
    ['closed', `sale_state = 'closed'`, { reason: 'ended' }],
    ['over', `sale_closes_at = clock_timestamp()`, { reason: 'ended' }],
    ['not yet open', `sale_opens_at = '2999-01-01'`, { reason: 'not_yet', opensAt: new Date('2999-01-01') }],
  ])('sells nothing while the sale is %s', async (_, change, expected) => {
    const performanceId = await plantPerformance(database);
    await database.sql(`set timezone = 'UTC'`);
    await database.sql(
      `update performance set ${change.replace(`'2999-01-01'`, `'2999-01-01Z'`)} where performance_id = $1`,
      [performanceId],
    );
    const before = await stateOf(database, performanceId);
    expect(await hold(newHold(performanceId, [1]))).toEqual({ outcome: 'sales_closed', ...expected });
    expect(await stateOf(database, performanceId)).toEqual(before);
  });

  it('keeps the limit: held and bought seats count, expired and released ones do not', async () => {
    const performanceId = await plantPerformance(database, { seatLimit: 3 });
    const accountId = someAccount();
    const expired = await holdSeats(database, performanceId, [1], accountId);
    const released = await holdSeats(database, performanceId, [2], accountId);
    await buySeats(database, performanceId, [3], accountId);
    const before = await stateOf(database, performanceId);
    const exceeded = { outcome: 'seat_limit_exceeded', limit: 3, claimed: 3 };
    expect(await hold(newHold(performanceId, [4], accountId))).toEqual(exceeded);
    expect(await stateOf(database, performanceId)).toEqual(before);
    await expireHold(database, expired);
    await release({ database }, released);
    expect(await hold(newHold(performanceId, [4, 5], accountId))).toMatchObject({ outcome: 'held' });
    expect(await hold(newHold(performanceId, [6], accountId))).toEqual(exceeded);
    expect(await hold(newHold(performanceId, [6, 7, 8, 9]))).toMatchObject({
      outcome: 'seat_limit_exceeded',
      claimed: 0,
    });
  });

  it('counts nothing where there is no limit', async () => {
    const performanceId = await plantPerformance(database, { seatLimit: null });
    const command = newHold(performanceId, [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await hold(command)).toMatchObject({ outcome: 'held' });
    expect(
      await database.sql(`select 1 from claim_limit where performance_id = $1`, [performanceId]),
    ).toEqual([]);
  });
}
