/**
 * Refunding a confirmed reservation, or some of its seats: they are free again and what they took is back in
 * the wallet, both or neither. The reservation stays confirmed until its last seat is given back.
 *
 * Locks: reservation, seats by number, limit row, wallet. A buyer may refund until the performance's
 * deadline, an operator always, and so may a buyer once the performance is cancelled.
 */
import type { Connection } from '../db/database.ts';
import { commit, rollback } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { Outcome, Refusal, Unsettled } from '../domain/outcomes.ts';
import { isRefusal, refuse } from '../domain/outcomes.ts';
import type { By } from '../operator-log/note-action.ts';
import { noteAction } from '../operator-log/note-action.ts';
import { settle } from './settle.ts';
import { findEntryOf } from './ledger.ts';
import { giveSeatsBack } from './give-back.ts';
import type { OperationContext, RequestHooks } from './strategy.ts';
import type { Bytes } from '../lib/bytes.ts';

export interface RefundCommand {
  readonly performanceId: string;
  readonly reservationId: string;
  /** The reservation's account, whose wallet is credited. */
  readonly accountId: string;
  /** The seats to give back, each once; undefined for all that are left. */
  readonly seats?: readonly number[] | undefined;
  /** An operator is not bound by the refund deadline. */
  readonly byOperator: boolean;
  /** Notes the refund in the operator log; left out for a buyer's, and for those of a cancellation, which is noted itself. */
  readonly by?: By | undefined;
  readonly idempotencyKey: string;
  readonly requestHash: Bytes;
}

/** The refund as it was made; a replay answers the same. */
export interface Refunded extends Outcome {
  readonly outcome: 'refunded';
  readonly performanceId: string;
  readonly reservationId: string;
  readonly amount: number;
  /** The refund's number in the account's ledger. */
  readonly seq: number;
  readonly balanceAfter: number;
  readonly refundedAt: Date;
}

export type RefundRefusal =
  | Refusal<'not_found' | 'idempotency_key_reused' | 'hold_expired' | 'reservation_not_refundable'>
  | Unsettled;

/** Refunds the reservation. */
export function refund(context: OperationContext, command: RefundCommand): Promise<Refunded | RefundRefusal> {
  const core = { attempt, refuseWith: refundRefusal, replay: replayedRefund };
  return settle<RefundCommand, Refunded, RefundRefusal>(context.database, core, command, context);
}

// The deadline is the performance's; a cancelled one has none. Asked for by the locked row, it can only be compared after
// the row is locked, whatever order the planner joins in. Of the named seats each must still be the reservation's. What the
// seats took is kept for the books at the first refund: once free, they forget it.
const refundReservation = statement({
  name: 'refund_reservation',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'text', 'boolean', 'integer[]?'],
  columns: { seats: 'integer[]', part: 'integer' },
  text: `
    with locked as materialized (
      select r.performance_id, r.seat_ids, r.refunded_seats, kept_seats(r.seat_ids, r.refunded_seats) as kept
      from reservation as r
      where r.performance_id = $1 and r.reservation_id = $2 and r.account_id = $3 and r.state = 'confirmed'
      for no key update
    ), given as materialized (
      select l.performance_id, l.refunded_seats, coalesce($5, l.kept) as seats, l.kept
      from locked as l
      where coalesce($5, l.kept) <@ l.kept
    )
    update reservation as r
    set state = case cardinality(given.seats) when cardinality(given.kept) then 'refunded' else r.state end,
        version = r.version + 1,
        refunded_seats = given.refunded_seats || given.seats,
        seat_prices = coalesce(r.seat_prices, (
          select array_agg(s.price order by array_position(r.seat_ids, s.seat_number))
          from seat as s
          where s.performance_id = $1 and s.seat_number = any(r.seat_ids) and s.reservation_id = $2
        ))
    from given
    where r.performance_id = $1
      and r.reservation_id = $2
      and ($4 or clock_timestamp() < coalesce((
        select p.refundable_until
        from performance as p
        where p.performance_id = given.performance_id and p.sale_state <> 'cancelled'
      ), 'infinity'))
    returning given.seats, cardinality(given.refunded_seats) as part`,
});

// The account's limit for a balance is not asked here: money that is owed is always paid back.
const creditWallet = statement({
  name: 'refund_credit_wallet',
  group: 'account',
  writes: true,
  params: ['text', 'bigint', 'text', 'bytea', 'text', 'uuid', 'integer', 'text?'],
  columns: {
    seq: 'bigint',
    amount: 'bigint',
    balance_after: 'bigint',
    created_at: 'timestamp with time zone',
    xid: 'text',
  },
  text: `
    with credited as (
      update wallet as w
      set balance = w.balance + $2, version = w.version + 1
      where w.account_id = $1
      returning w.version, w.balance
    )
    insert into ledger_entry as e (
      account_id, seq, kind, amount, balance_after, key, request_hash, performance_id, reservation_id, created_at,
      part, actor
    )
    select
      $1, c.version, 'refund', $2, c.balance, $3, $4, $5, $6, date_trunc('milliseconds', clock_timestamp()), $7::integer,
      $8::text
    from credited as c
    returning e.seq, e.amount, e.balance_after, e.created_at, pg_current_xact_id()::text as xid`,
});

async function attempt(
  connection: Connection,
  command: RefundCommand,
  { racePoint }: RequestHooks,
): Promise<Refunded | undefined> {
  const { performanceId, reservationId, accountId, idempotencyKey, requestHash } = command;
  return connection.transaction({}, async (tx) => {
    await racePoint?.('refund: before write');
    const [row] = await tx.run(refundReservation, [
      performanceId,
      reservationId,
      accountId,
      command.byOperator,
      command.seats ?? null,
    ]);
    if (row === undefined) return rollback(undefined);
    const { seats, part } = row;
    const { freed, amount } = await giveSeatsBack(tx, {
      performanceId,
      reservationId,
      accountId,
      seats,
      expiresAt: undefined,
    });
    if (freed !== seats.length)
      throw new Error(`confirmed reservation ${reservationId} does not own its seats`);
    const credit = [
      accountId,
      amount,
      idempotencyKey,
      requestHash,
      performanceId,
      reservationId,
      part,
      command.by?.actor ?? null,
    ] as const;
    const [entry] = await tx.run(creditWallet, credit);
    if (entry === undefined) throw new Error(`the wallet that paid reservation ${reservationId} is gone`);
    tx.noteXid(entry.xid);
    if (command.by !== undefined) {
      const details = { amount, seatNumbers: seats, entry: entry.seq };
      const noted = {
        action: 'reservation_refunded',
        performanceId,
        reservationId,
        accountId,
        details,
      } as const;
      await noteAction(tx, command.by, noted);
    }
    return commit(refundedOf(command, entry));
  });
}

function refundedOf(
  command: RefundCommand,
  entry: {
    readonly seq: number;
    readonly amount: number;
    readonly balance_after: number;
    readonly created_at: Date;
  },
): Refunded {
  const { performanceId, reservationId } = command;
  const { seq, amount, balance_after: balanceAfter, created_at: refundedAt } = entry;
  return { outcome: 'refunded', performanceId, reservationId, amount, seq, balanceAfter, refundedAt };
}

async function replayedRefund(
  connection: Connection,
  command: RefundCommand,
): Promise<Refunded | Refusal<'idempotency_key_reused'> | undefined> {
  const entry = await findEntryOf(connection, command);
  return entry === undefined || isRefusal(entry) ? entry : refundedOf(command, entry);
}

const readState = statement({
  name: 'refund_read_state',
  group: 'performance',
  params: ['text', 'uuid', 'text'],
  columns: {
    state: 'text',
    expired: 'boolean',
    past_deadline: 'boolean',
    seat_ids: 'integer[]',
    refunded_seats: 'integer[]',
  },
  text: `
    select
      r.state::text as state,
      r.state = 'expired' or r.state = 'held' and r.expires_at <= clock_timestamp() as expired,
      coalesce(p.refundable_until <= clock_timestamp(), false) and p.sale_state <> 'cancelled' as past_deadline,
      r.seat_ids,
      r.refunded_seats
    from reservation as r
    join performance as p on p.performance_id = r.performance_id
    where r.performance_id = $1 and r.reservation_id = $2 and r.account_id = $3`,
});

async function refundRefusal(
  connection: Connection,
  command: RefundCommand,
): Promise<Refunded | RefundRefusal> {
  const { performanceId, reservationId, accountId } = command;
  const [reservation] = await connection.read(readState, [performanceId, reservationId, accountId]);
  const replayed = await replayedRefund(connection, command);
  if (replayed !== undefined) return replayed;
  if (reservation === undefined) return refuse('not_found', { what: 'reservation' });
  const { state, expired, past_deadline: pastDeadline } = reservation;
  const wanted = command.seats ?? [];
  const unknown = wanted.filter((seat) => !reservation.seat_ids.includes(seat));
  if (unknown.length > 0) return refuse<'not_found', number>('not_found', { what: 'seat', seats: unknown });
  if (expired) return refuse('hold_expired');
  if (state !== 'confirmed') return refuse('reservation_not_refundable', { state, reason: 'state' });
  if (pastDeadline && !command.byOperator) {
    return refuse('reservation_not_refundable', { state, reason: 'deadline' });
  }
  const seats = wanted.filter((seat) => reservation.refunded_seats.includes(seat));
  if (seats.length > 0) {
    return refuse<'reservation_not_refundable', number>('reservation_not_refundable', {
      state,
      reason: 'seats',
      seats,
    });
  }
  return refuse('contended', { cause: 'version' });
}
