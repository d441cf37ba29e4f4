/**
 * A payment that was decided before its hold expired and is finished afterwards, while its account, whose claim no longer
 * counts, holds another seat: together they must not exceed the limit (invariant 8).
 */
import { describe, expect, it } from 'vitest';
import { HOLD_STRATEGIES } from '../../src/operations/hold/strategies.ts';
import { PAY_STRATEGIES } from '../../src/operations/pay/strategies.ts';
import type { PayStrategy } from '../../src/operations/pay/pay.ts';
import { whileLocked } from '../support/blocker.ts';
import { plantPerformance } from '../support/catalogue.ts';
import { useDatabase } from '../support/database.ts';
import { settledOrBlocked } from '../support/gate.ts';
import {
  giveMoney,
  holdCommand,
  holdSeats,
  moveExpiry,
  passed,
  payCommand,
  walletOf,
} from '../support/fixture.ts';
import { violationsIn } from '../support/state.ts';
import { execute } from '../support/execute.ts';

const database = useDatabase();
const PRICE = 700;

async function holdWhileItsPaymentWaits(
  strategy: PayStrategy,
): Promise<{ paid: string; held: string; spent: number }> {
  const performanceId = await plantPerformance(database, { price: PRICE, seatLimit: 1 });
  const hold = await holdSeats(database, performanceId, [1]);
  await giveMoney(database, hold.accountId, PRICE);
  const expiresAt = await moveExpiry(database, hold, 250);
  // The payment has confirmed its reservation and waits for the seat.
  return whileLocked(database, 'seats', hold, async (unlock) => {
    const paying = execute(strategy, { database }, payCommand(hold));
    await settledOrBlocked(database, paying);
    await passed(database, expiresAt);
    const another = holdCommand({ performanceId, accountId: hold.accountId, seats: [2] });
    const held = await execute(HOLD_STRATEGIES[0], { database }, another);
    await unlock();
    const paid = await paying;
    const { balance } = await walletOf(database, hold.accountId);
    return { paid: paid.outcome, held: held.outcome, spent: PRICE - balance };
  });
}

describe.each(PAY_STRATEGIES.filter((s) => s.use === 'service').map((s) => [s.name, s] as const))(
  'pay/%s',
  (_, strategy) => {
    it('keeps the limit when a hold of its account came between', async () => {
      const { paid, held, spent } = await holdWhileItsPaymentWaits(strategy);
      expect([
        ['hold_expired', 'held', 0],
        ['contended', 'held', 0],
        ['paid', 'seat_limit_exceeded', PRICE],
      ]).toContainEqual([paid, held, spent]);
      expect(await violationsIn(database)).toEqual([]);
    });
  },
);

it('would be exceeded by a payment that adds its claims without asking for the limit', async () => {
  const performanceId = await plantPerformance(database, { price: 0, seatLimit: 1 });
  const hold = await holdSeats(database, performanceId, [1]);
  const expiresAt = await moveExpiry(database, hold, 100);
  // Decided before the expiry, as far as this payment knows, and finished after it.
  await passed(database, expiresAt);
  await holdSeats(database, performanceId, [2], hold.accountId);
  await database.sql(
    `with confirmed as (
       update reservation set state = 'confirmed', version = version + 1
       where performance_id = $1 and reservation_id = $2
     ), sold as (
       update seat set state = 'sold', version = version + 1, held_until = null
       where performance_id = $1 and reservation_id = $2
     )
     update claim_limit set claims = live_claims(claims) || 'infinity'::timestamptz
     where performance_id = $1 and account_id = $3`,
    [performanceId, hold.reservationId, hold.accountId],
  );
  expect(await violationsIn(database)).toContainEqual(
    expect.stringMatching(/^8: account .* holds and owns 2 seats of .*, whose limit is 1/),
  );
});
