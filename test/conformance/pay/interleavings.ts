import { whileLocked } from '../../support/blocker.ts';
import type { TestDatabase } from '../../support/database.ts';
import { createGate, settledOrBlocked } from '../../support/gate.ts';
import { hasPassed, holdSeats, moveExpiry, passed, payCommand, walletOf } from '../../support/fixture.ts';
import { release } from '../../../src/operations/release.ts';
import type { PayOutcome, PayStrategy } from '../../../src/operations/pay/pay.ts';
import { execute } from '../../support/execute.ts';
import { heldAndFunded, POINT, PRICE } from './fixtures.ts';

/** Two payments of one reservation, both past their read before either writes (or one waiting for the other's lock). */
export async function overlap(
  database: TestDatabase,
  strategy: PayStrategy,
): Promise<{ outcomes: { outcome: string }[]; spent: number }> {
  const hold = await heldAndFunded(database, { money: PRICE * 10 });
  const gate = createGate(POINT);
  const two = [database, database.rival].map((service) =>
    execute(strategy, { database: service, racePoint: gate.racePoint }, payCommand(hold)),
  );
  await settledOrBlocked(database, Promise.race([gate.arrived(2), ...two]));
  gate.open();
  const outcomes = await Promise.all(two);
  const [row] = await database.sql<{ spent: number }>(
    `select coalesce(-sum(amount), 0)::int8 as spent from ledger_entry where account_id = $1 and kind = 'payment'`,
    [hold.accountId],
  );
  return { outcomes, spent: row!.spent };
}

/** Payments of two reservations from a wallet that has enough for one. */
export async function overlapOfOneWallet(
  database: TestDatabase,
  strategy: PayStrategy,
): Promise<{ outcomes: { outcome: string }[]; balance: number }> {
  const one = await heldAndFunded(database);
  const other = await holdSeats(database, one.performanceId, [2], one.accountId);
  const gate = createGate(POINT);
  const [first, second] = [database, database.rival].map((service) => ({
    database: service,
    racePoint: gate.racePoint,
  }));
  const two = [execute(strategy, first!, payCommand(one)), execute(strategy, second!, payCommand(other))];
  await settledOrBlocked(database, Promise.race([gate.arrived(2), ...two]));
  gate.open();
  const outcomes = await Promise.all(two);
  return { outcomes, balance: (await walletOf(database, one.accountId)).balance };
}

/**
 * A payment that read the hold alive and then waits for its row, which another transaction has locked until
 * the hold is over. The other transaction changes nothing, so that PostgreSQL does not check the update's
 * condition again.
 */
export async function payAcrossExpiry(database: TestDatabase, strategy: PayStrategy): Promise<PayOutcome> {
  const patient = database.open({ lockTimeoutMs: 0, statementTimeoutMs: 20_000 });
  for (const ms of [400, 2_000, 8_000]) {
    const hold = await heldAndFunded(database);
    const expiresAt = await moveExpiry(database, hold, ms);
    const { paying, isInTime } = await whileLocked(database, 'reservation', hold, async () => {
      const payment = execute(strategy, { database: patient }, payCommand(hold));
      await settledOrBlocked(database, payment);
      const wasAlive = !(await hasPassed(database, expiresAt));
      await passed(database, expiresAt);
      return { paying: payment, isInTime: wasAlive };
    });
    const outcome = await paying;
    // The machine was so slow that the hold was over before the payment came to its row.
    if (!isInTime) continue;
    // A strategy that does not wait answers contended; the next attempt learns how it is.
    return outcome.outcome === 'contended'
      ? await execute(strategy, { database }, payCommand(hold))
      : outcome;
  }
  throw new Error('no payment came to its row in time');
}

/** A payment that pauses at its race point while its hold is released. */
export async function payBesideRelease(
  database: TestDatabase,
  strategy: PayStrategy,
): Promise<{ paid: string; released: string; balance: number }> {
  const hold = await heldAndFunded(database);
  const gate = createGate(POINT);
  const paying = execute(strategy, { database, racePoint: gate.racePoint }, payCommand(hold));
  await gate.arrived(1);
  const releasing = release({ database }, hold);
  await settledOrBlocked(database, releasing);
  gate.open();
  const [paid, released] = await Promise.all([paying, releasing]);
  return {
    paid: paid.outcome,
    released: released.outcome,
    balance: (await walletOf(database, hold.accountId)).balance,
  };
}
