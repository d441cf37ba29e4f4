import { expect, it } from 'vitest';
import { plantPerformance } from '../../support/catalogue.ts';
import type { TestDatabase } from '../../support/database.ts';
import {
  expireHold,
  giveMoney,
  holdSeats,
  liveClaims,
  payCommand,
  refundCommand,
  seatOf,
  someAccount,
  walletOf,
} from '../../support/fixture.ts';
import { sweepExpired } from '../../../src/operations/expire.ts';
import { refund } from '../../../src/operations/refund/refund.ts';
import { release } from '../../../src/operations/release.ts';
import type { PayCommand, PayOutcome, PayStrategy } from '../../../src/operations/pay/pay.ts';
import { execute } from '../../support/execute.ts';
import { heldAndFunded, stateOf, PRICE } from './fixtures.ts';

/** What a request changes and answers when nothing else happens. */
export function paysOneAfterAnother(database: TestDatabase, strategy: PayStrategy): void {
  const pay = (command: PayCommand): Promise<PayOutcome> => execute(strategy, { database }, command);

  it('confirms the reservation, sells its seats, deducts its amount and writes one entry', async () => {
    const hold = await heldAndFunded(database, { seats: [2, 3], money: 100_000 });
    const outcome = await pay(payCommand(hold));
    expect(outcome).toMatchObject({
      outcome: 'paid',
      reservationId: hold.reservationId,
      seats: [2, 3],
      amount: 60_000,
      seq: 2,
      balanceAfter: 40_000,
    });
    const seat = await seatOf(database, hold.performanceId, 2);
    expect(seat).toEqual({
      state: 'sold',
      version: strategy.apart === true ? 3 : 2,
      reservation_id: hold.reservationId,
      held_until: null,
    });
    expect(await walletOf(database, hold.accountId)).toEqual({
      balance: 40_000,
      ledger: 40_000,
      entries: 2,
    });
    expect(await liveClaims(database, hold)).toBe(2);
    const [limit] = await database.sql<{ forever: boolean }>(
      `select 'infinity' = all(claims) as forever from claim_limit where account_id = $1`,
      [hold.accountId],
    );
    expect(limit?.forever).toBe(true);
  });

  it('pays what costs nothing, without a wallet beforehand', async () => {
    const performanceId = await plantPerformance(database, { price: 0 });
    const hold = await holdSeats(database, performanceId, [1]);
    expect(await pay(payCommand(hold))).toMatchObject({
      outcome: 'paid',
      amount: 0,
      balanceAfter: 0,
      seq: 1,
    });
  });

  it('refuses a balance that is too small, says what is missing, and changes nothing', async () => {
    const hold = await heldAndFunded(database, { money: PRICE - 1 });
    const before = await stateOf(database, hold, strategy);
    const command = payCommand(hold);
    const refused = { outcome: 'insufficient_balance', required: PRICE, available: PRICE - 1 };
    expect(await pay(command)).toEqual(refused);
    expect(await stateOf(database, hold, strategy)).toEqual(before);
    await giveMoney(database, hold.accountId, 1);
    expect(await pay(command)).toMatchObject({ outcome: 'paid', balanceAfter: 0 });
  });

  it('does not find the reservation of another account', async () => {
    const hold = await heldAndFunded(database);
    const thief = someAccount();
    await giveMoney(database, thief, PRICE);
    const theft = payCommand({ ...hold, accountId: thief });
    expect(await pay(theft)).toEqual({ outcome: 'not_found', what: 'reservation' });
    expect((await walletOf(database, thief)).balance).toBe(PRICE);
  });

  it('refuses an expired hold, swept or not', async () => {
    const hold = await heldAndFunded(database);
    await expireHold(database, hold);
    const before = await stateOf(database, hold, strategy);
    expect(await pay(payCommand(hold))).toEqual({ outcome: 'hold_expired' });
    expect(await stateOf(database, hold, strategy)).toEqual(before);
    await sweepExpired({ database }, { from: new Date(0), batchSize: 1_000 });
    expect(await pay(payCommand(hold))).toEqual({ outcome: 'hold_expired' });
  });

  it('refuses what is paid, released or refunded already', async () => {
    const hold = await heldAndFunded(database, { money: PRICE * 2 });
    expect(await pay(payCommand(hold))).toMatchObject({ outcome: 'paid' });
    expect(await pay(payCommand(hold))).toEqual({ outcome: 'reservation_not_payable', state: 'confirmed' });
    await refund({ database }, refundCommand(hold));
    expect(await pay(payCommand(hold))).toEqual({ outcome: 'reservation_not_payable', state: 'refunded' });
    const released = await heldAndFunded(database);
    await release({ database }, released);
    expect(await pay(payCommand(released))).toEqual({
      outcome: 'reservation_not_payable',
      state: 'released',
    });
    expect((await walletOf(database, released.accountId)).balance).toBe(PRICE);
  });
}
