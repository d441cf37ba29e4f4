/**
 * Paying a reservation from the wallet: a reservation is one right to its seats, so of several concurrent
 * payments exactly one should succeed (analysis, D2). The steps are confirm → deduct → write the history,
 * with the guard on the first (analysis, D3), so that a loser's transaction ends before it has touched
 * anything.
 *
 * This file has the contract and what every strategy shares: the sale of the seats, the debit with its ledger
 * entry, and the search for the reason of a refusal. How the reservation is guarded is each strategy's own
 * file. Each statement names one shard: a performance, or an account.
 */
import type { Connection, Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import type { Outcome, Refusal, Unsettled } from '../../domain/outcomes.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import type { ReservationState } from '../../domain/states.ts';
import { oneByOne } from '../settle.ts';
import type { Core } from '../settle.ts';
import { ensureWallet, findEntryOf, readWallet } from '../ledger.ts';
import type { EntryOfKey } from '../ledger.ts';
import type { Declaration, Strategy } from '../strategy.ts';
import type { Bytes } from '../../lib/bytes.ts';

export interface PayCommand {
  readonly performanceId: string;
  readonly reservationId: string;
  /** Whose reservation and whose wallet; a reservation of another account is not found. */
  readonly accountId: string;
  readonly idempotencyKey: string;
  readonly requestHash: Bytes;
}

/** The payment as it was made: a replay says the same after a refund. Only `state` is the reservation's as it is now. */
export interface Paid extends Outcome {
  readonly outcome: 'paid';
  readonly performanceId: string;
  readonly reservationId: string;
  readonly seats: readonly number[];
  readonly amount: number;
  /** The payment's number in the account's ledger. */
  readonly seq: number;
  readonly balanceAfter: number;
  readonly paidAt: Date;
  readonly state: ReservationState;
}

export type PayRefusal =
  | Refusal<
      | 'not_found'
      | 'idempotency_key_reused'
      | 'hold_expired'
      | 'reservation_not_payable'
      | 'insufficient_balance'
    >
  | Unsettled;
export type PayOutcome = Paid | PayRefusal;
export type PayStrategy = Strategy<PayCommand, Paid, PayRefusal>;

/** Completes an attempt to a strategy; undefined from it means that it lost and its transaction changed nothing. */
export function payStrategy(
  declaration: Declaration,
  attempt: Core<PayCommand, Paid, PayRefusal>['attempt'],
): PayStrategy {
  return oneByOne<PayCommand, Paid, PayRefusal>(declaration, {
    attempt,
    refuseWith: payRefusal,
    replay: findPayment,
  });
}

const readPayable = statement({
  name: 'pay_read_version',
  group: 'performance',
  params: ['text', 'uuid', 'text'],
  columns: { version: 'integer', payable: 'boolean' },
  text: `
    select r.version, r.state = 'held' and r.expires_at > clock_timestamp() as payable
    from reservation as r
    where r.performance_id = $1 and r.reservation_id = $2 and r.account_id = $3`,
});

/** Reads the reservation's version without a lock; undefined when it can't be paid as it is. */
export async function readVersion(tx: Transaction, command: PayCommand): Promise<number | undefined> {
  const { performanceId, reservationId, accountId } = command;
  const [seen] = await tx.run(readPayable, [performanceId, reservationId, accountId]);
  return seen?.payable === true ? seen.version : undefined;
}

// The row is locked by the first part and the clock is read by the second, after any wait: see optimistic.ts.
const confirm = statement({
  name: 'pay_confirm_held',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid'],
  columns: { seat_ids: 'integer[]', amount: 'bigint', expires_at: 'timestamp with time zone' },
  text: `
    with locked as materialized (
      select r.expires_at
      from reservation as r
      where r.performance_id = $1 and r.reservation_id = $2 and r.state = 'held'
      for no key update
    )
    update reservation as r
    set state = 'confirmed', version = r.version + 1
    from locked
    where r.performance_id = $1 and r.reservation_id = $2 and locked.expires_at > clock_timestamp()
    returning r.seat_ids, r.amount, r.expires_at`,
});

/**
 * Confirms the reservation if it is held and unexpired once its row is locked. For strategies that lock the
 * row before, or whose isolation level finds out that it has changed. Undefined when the hold is over.
 */
export async function confirmHeld(tx: Transaction, command: PayCommand): Promise<Confirmed | undefined> {
  const [confirmed] = await tx.run(confirm, [command.performanceId, command.reservationId]);
  return confirmed;
}

/** A reservation that a strategy's statement has confirmed in this transaction. */
export interface Confirmed {
  readonly seat_ids: readonly number[];
  readonly amount: number;
  readonly expires_at: Date;
}

// The seats are found through the reservation's own seat_ids, not through an index. They are locked in order
// first: at the moment of expiry a hold of other accounts may be locking the same seats. `held` seats of this
// reservation only. A confirmation that was in time may be written late: its claims have lapsed by then,
// another hold of the account may have taken their place, and so the limit is asked again.
const sellSeats = statement({
  name: 'pay_sell_seats',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'integer[]', 'text', 'timestamp with time zone'],
  columns: { sold: 'integer', counted: 'boolean' },
  text: `
    with target as materialized (
      select s.seat_number
      from seat as s
      where s.performance_id = $1 and s.seat_number = any($3) and s.reservation_id = $2 and s.state = 'held'
      order by s.seat_number
      for no key update
    ), sold as (
      update seat as s
      set state = 'sold', version = s.version + 1, held_until = null, changed_by = pg_current_xact_id()
      from target
      where s.performance_id = $1 and s.seat_number = target.seat_number
      returning 1
    ), counted as (
      update claim_limit as l
      set claims = without_claims(live_claims(l.claims), array_fill($5::timestamptz, array[cardinality($3)]))
        || array_fill('infinity'::timestamptz, array[cardinality($3)])
      where l.performance_id = $1
        and l.account_id = $4
        and (select count(*) from sold) = cardinality($3)
        and (
          $5 > clock_timestamp()
          or cardinality(without_claims(live_claims(l.claims), array_fill($5::timestamptz, array[cardinality($3)]))) + cardinality($3)
            <= (select p.seat_limit from performance as p where p.performance_id = $1)
        )
      returning 1
    )
    select
      (select count(*) from sold)::integer as sold,
      exists (select from counted)
        or not exists (select from claim_limit as l where l.performance_id = $1 and l.account_id = $4) as counted`,
});

// The debit is relative and conditional on the row as it is now, under every strategy: it needs no lock of
// its own, and no two payments can spend the same money. A reservation that costs nothing needs no wallet
// beforehand.
const debitWallet = statement({
  name: 'pay_debit_wallet',
  group: 'account',
  writes: true,
  params: ['text', 'bigint', 'text', 'bytea', 'text', 'uuid'],
  columns: {
    seq: 'bigint',
    balance_after: 'bigint',
    created_at: 'timestamp with time zone',
    xid: 'text',
  },
  text: `
    with debited as (
      update wallet as w
      set balance = w.balance - $2, version = w.version + 1
      where w.account_id = $1 and w.balance >= $2
      returning w.version, w.balance
    )
    insert into ledger_entry as e (
      account_id, seq, kind, amount, balance_after, key, request_hash, performance_id, reservation_id, created_at
    )
    select $1, d.version, 'payment', -$2, d.balance, $3, $4, $5, $6, date_trunc('milliseconds', clock_timestamp())
    from debited as d
    returning e.seq, e.balance_after, e.created_at, pg_current_xact_id()::text as xid`,
});

/**
 * Sells the reservation's seats; false when one is no longer its own, or its place in the account's limit is
 * taken (the hold expired under way): the caller rolls back.
 */
export async function sell(tx: Transaction, command: PayCommand, confirmed: Confirmed): Promise<boolean> {
  const { performanceId, reservationId, accountId } = command;
  const { seat_ids: seats, expires_at: expiresAt } = confirmed;
  const [row] = await tx.run(sellSeats, [performanceId, reservationId, seats, accountId, expiresAt]);
  return row?.sold === seats.length && row.counted;
}

/**
 * The steps after the confirmation: sells the seats, deducts the amount, writes the entry. Undefined when a
 * seat is no longer this reservation's or the balance is too small: the caller rolls back.
 */
export async function completePayment(
  tx: Transaction,
  command: PayCommand,
  confirmed: Confirmed,
): Promise<Paid | undefined> {
  return (await sell(tx, command, confirmed)) ? deduct(tx, command, confirmed) : undefined;
}

/** Deducts the amount and writes the payment's entry; undefined when the balance is too small. */
async function deduct(
  tx: Transaction,
  command: PayCommand,
  confirmed: Pick<Confirmed, 'seat_ids' | 'amount'>,
): Promise<Paid | undefined> {
  const { performanceId, reservationId, accountId, idempotencyKey, requestHash } = command;
  const { amount, seat_ids: seats } = confirmed;
  if (amount === 0) await ensureWallet(tx, accountId);
  const [entry] = await tx.run(debitWallet, [
    accountId,
    amount,
    idempotencyKey,
    requestHash,
    performanceId,
    reservationId,
  ]);
  if (entry === undefined) return undefined;
  tx.noteXid(entry.xid);
  return paidOf(command, seats, amount, entry);
}

/** The answer for a payment's entry. */
export function paidOf(
  command: PayCommand,
  seats: readonly number[],
  amount: number,
  entry: { readonly seq: number; readonly balance_after: number; readonly created_at: Date },
  state: string = 'confirmed',
): Paid {
  const { performanceId, reservationId } = command;
  const { seq, balance_after: balanceAfter, created_at: paidAt } = entry;
  return {
    outcome: 'paid',
    performanceId,
    reservationId,
    seats,
    amount,
    seq,
    balanceAfter,
    paidAt,
    state: state as ReservationState,
  };
}

const readReservation = statement({
  name: 'pay_read_reservation',
  group: 'performance',
  params: ['text', 'uuid', 'text'],
  columns: { state: 'text', expired: 'boolean', amount: 'bigint', seat_ids: 'integer[]' },
  text: `
    select
      r.state::text as state,
      r.state = 'expired' or r.state = 'held' and r.expires_at <= clock_timestamp() as expired,
      r.amount,
      r.seat_ids
    from reservation as r
    where r.performance_id = $1 and r.reservation_id = $2 and r.account_id = $3`,
});

/**
 * The payment that this very request has made, `idempotency_key_reused` when its key belongs to another, or
 * nothing.
 */
export async function findPayment(
  connection: Connection,
  command: PayCommand,
): Promise<Paid | Refusal<'idempotency_key_reused'> | undefined> {
  const entry = await findEntryOf(connection, command);
  return entry === undefined || isRefusal(entry) ? entry : paymentOfEntry(connection, command, entry);
}

/** The payment that an entry of this very request has made. The connection is to the performance's database. */
export async function paymentOfEntry(
  connection: Connection,
  command: PayCommand,
  entry: EntryOfKey,
): Promise<Paid> {
  // The hash covers the reservation, so an entry of this request paid this one.
  const { performanceId, reservationId, accountId } = command;
  const [reservation] = await connection.read(readReservation, [performanceId, reservationId, accountId]);
  return paidOf(command, reservation?.seat_ids ?? [], 0 - entry.amount, entry, reservation?.state);
}

/** Why a payment lost, in the refusal order; the payment of this very request when a duplicate made it. */
async function payRefusal(connection: Connection, command: PayCommand): Promise<PayOutcome> {
  const { performanceId, reservationId, accountId } = command;
  // The key is read after the reservation: see holdRefusal.
  const [reservation] = await connection.read(readReservation, [performanceId, reservationId, accountId]);
  const replayed = await findPayment(connection, command);
  if (replayed !== undefined) return replayed;
  if (reservation === undefined) return refuse('not_found', { what: 'reservation' });
  if (reservation.expired) return refuse('hold_expired');
  if (reservation.state === 'paying') return refuse('contended', { cause: 'paying' });
  if (reservation.state !== 'held') return refuse('reservation_not_payable', { state: reservation.state });
  const { balance: available } = await readWallet(connection, accountId);
  return available < reservation.amount
    ? refuse('insufficient_balance', { required: reservation.amount, available })
    : refuse('contended', { cause: 'version' });
}
