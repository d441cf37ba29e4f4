import { randomUUID } from 'node:crypto';
import { requestHashOf, reservationIdOf } from '../../src/domain/ids.ts';
import type { TopUpCommand } from '../../src/operations/top-up/top-up.ts';
import { pessimisticTopUp } from '../../src/operations/top-up/pessimistic.ts';
import type { Held, HoldCommand } from '../../src/operations/hold/hold.ts';
import { optimisticHold } from '../../src/operations/hold/optimistic.ts';
import type { PayCommand } from '../../src/operations/pay/pay.ts';
import { optimisticPay } from '../../src/operations/pay/optimistic.ts';
import type { RefundCommand } from '../../src/operations/refund/contract.ts';
import type { TestDatabase } from './database.ts';
import { until } from './gate.ts';
import { execute } from './execute.ts';

export function topUpCommand(given: Partial<TopUpCommand> & { accountId: string }): TopUpCommand {
  const amount = given.amount ?? 1_000;
  return { amount, idempotencyKey: randomUUID(), requestHash: requestHashOf('topUp', amount), ...given };
}

export function holdCommand(given: {
  performanceId: string;
  accountId: string;
  seats: readonly number[];
  key?: string;
}): HoldCommand {
  const { performanceId, accountId, seats, key = randomUUID() } = given;
  const reservationId = reservationIdOf(performanceId, accountId, key);
  return { performanceId, accountId, seats, reservationId, requestHash: requestHashOf('hold', ...seats) };
}

/** A payment of this hold by its account. */
export function payCommand(hold: HoldCommand, idempotencyKey: string = randomUUID()): PayCommand {
  const { performanceId, reservationId, accountId } = hold;
  const requestHash = requestHashOf('pay', performanceId, reservationId);
  return { performanceId, reservationId, accountId, idempotencyKey, requestHash };
}

export function refundCommand(hold: HoldCommand, idempotencyKey: string = randomUUID()): RefundCommand {
  const { performanceId, reservationId, accountId } = hold;
  const requestHash = requestHashOf('refund', performanceId, reservationId);
  return { performanceId, reservationId, accountId, idempotencyKey, requestHash, byOperator: false };
}

/** An operator's refund of some of its seats. */
export function partRefundCommand(
  hold: HoldCommand,
  seats: readonly number[],
  idempotencyKey: string = randomUUID(),
): RefundCommand {
  const { performanceId, reservationId } = hold;
  const requestHash = requestHashOf('refund', performanceId, reservationId, ...seats);
  return { ...refundCommand(hold, idempotencyKey), seats, requestHash, byOperator: true };
}

/** An account's name that no other test uses. */
export function someAccount(): string {
  return `account-${randomUUID()}`;
}

/** Tops up the account's wallet. */
export async function giveMoney(database: TestDatabase, accountId: string, amount: number): Promise<void> {
  const outcome = await execute(pessimisticTopUp, { database }, topUpCommand({ accountId, amount }));
  if (outcome.outcome !== 'topped_up') throw new Error(`not topped up: ${outcome.outcome}`);
}

/** Holds seats by the default strategy. Returns the command, so that a test can pay, release or repeat it. */
export async function holdSeats(
  database: TestDatabase,
  performanceId: string,
  seats: readonly number[],
  accountId: string = someAccount(),
): Promise<HoldCommand & { readonly held: Held }> {
  const command = holdCommand({ performanceId, accountId, seats });
  const held = await execute(optimisticHold, { database }, command);
  if (held.outcome !== 'held') throw new Error(`not held: ${held.outcome}`);
  return { ...command, held };
}

/** Holds and pays seats by the default strategies, after a top-up of their price. */
export async function buySeats(
  database: TestDatabase,
  performanceId: string,
  seats: readonly number[],
  accountId: string = someAccount(),
): Promise<HoldCommand & { readonly held: Held }> {
  const hold = await holdSeats(database, performanceId, seats, accountId);
  if (hold.held.amount > 0) await giveMoney(database, accountId, hold.held.amount);
  const paid = await execute(optimisticPay, { database }, payCommand(hold));
  if (paid.outcome !== 'paid') throw new Error(`not paid: ${paid.outcome}`);
  return hold;
}

/** Moves a hold's expiry into the past, everywhere it is written. */
export async function expireHold(database: TestDatabase, hold: HoldCommand): Promise<void> {
  await moveExpiry(database, hold, -1_000);
}

/** Moves a hold's expiry to `ms` from now, everywhere it is written. */
export async function moveExpiry(
  { sql }: Pick<TestDatabase, 'sql'>,
  { reservationId }: Pick<HoldCommand, 'reservationId'>,
  ms: number,
): Promise<Date> {
  const [row] = await sql<{ expires_at: Date }>(
    `with expiry as materialized (
       select r.*, date_trunc('milliseconds', clock_timestamp()) + $2 * interval '1 ms' as after
       from reservation as r where r.reservation_id = $1
     ), seats as (
       update seat as s set held_until = e.after from expiry as e
       where s.performance_id = e.performance_id and s.reservation_id = e.reservation_id and s.state = 'held'
     ), limits as (
       update claim_limit as l set claims = array_replace(l.claims, e.expires_at, e.after) from expiry as e
       where l.performance_id = e.performance_id and l.account_id = e.account_id
     )
     update reservation as r set expires_at = e.after from expiry as e
     where r.performance_id = e.performance_id and r.reservation_id = e.reservation_id
     returning r.expires_at`,
    [reservationId, ms],
  );
  return row!.expires_at;
}

/** Makes a hold older, as if it had been made so long before; it still expires when it did. */
export async function ageHold(
  { sql }: Pick<TestDatabase, 'sql'>,
  { reservationId }: Pick<HoldCommand, 'reservationId'>,
  ms: number,
): Promise<void> {
  await sql(
    `update reservation set created_at = created_at - $2 * interval '1 ms' where reservation_id = $1`,
    [reservationId, ms],
  );
}

/** Whether the database's clock has passed a moment. */
export async function hasPassed(database: TestDatabase, moment: Date): Promise<boolean> {
  const [row] = await database.sql<{ over: boolean }>(`select clock_timestamp() > $1 as over`, [moment]);
  return row!.over;
}

/** Resolves when the database's clock has passed a moment, which is less than ten seconds ahead. */
export function passed(database: TestDatabase, moment: Date): Promise<void> {
  return until(() => hasPassed(database, moment));
}

/** A seat's current row. */
export async function seatOf(
  database: TestDatabase,
  performanceId: string,
  seatNumber: number,
): Promise<{ state: string; version: number; reservation_id: string | null; held_until: Date | null }> {
  const [row] = await database.sql<{
    state: string;
    version: number;
    reservation_id: string | null;
    held_until: Date | null;
  }>(
    `select state::text, version, reservation_id, held_until from seat where performance_id = $1 and seat_number = $2`,
    [performanceId, seatNumber],
  );
  return row!;
}

/** Live claims of the account's limit row. */
export async function liveClaims(database: TestDatabase, hold: HoldCommand): Promise<number> {
  const [row] = await database.sql<{ claims: number }>(
    `select cardinality(live_claims(claims)) as claims from claim_limit where performance_id = $1 and account_id = $2`,
    [hold.performanceId, hold.accountId],
  );
  return row?.claims ?? 0;
}

/** The wallet's balance, and what its ledger says it should be. */
export async function walletOf(
  database: TestDatabase,
  accountId: string,
): Promise<{ balance: number; ledger: number; entries: number }> {
  const [row] = await database.sql<{ balance: number; ledger: number; entries: number }>(
    `select
       coalesce((select balance from wallet where account_id = $1), 0)::int8 as balance,
       coalesce(sum(amount), 0)::int8 as ledger,
       count(*)::int as entries
     from ledger_entry where account_id = $1`,
    [accountId],
  );
  return row!;
}
