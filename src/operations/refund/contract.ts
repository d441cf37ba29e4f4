/** What a refund is asked and answers, and what it shares whether its money is on the same server or elsewhere. */
import type { Connection } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import type { Outcome, Refusal, Unsettled } from '../../domain/outcomes.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import type { Bytes } from '../../lib/bytes.ts';
import type { By } from '../../operator-log/note-action.ts';
import { findEntryOf } from '../ledger.ts';

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

/** The answer for a refund's entry. */
export function refundedOf(
  command: Pick<RefundCommand, 'performanceId' | 'reservationId'>,
  entry: { readonly seq: number; readonly balance_after: number; readonly created_at: Date },
  amount: number,
): Refunded {
  const { performanceId, reservationId } = command;
  const { seq, balance_after: balanceAfter, created_at: refundedAt } = entry;
  return { outcome: 'refunded', performanceId, reservationId, amount, seq, balanceAfter, refundedAt };
}

/** The refund that this very request has made, `idempotency_key_reused` when its key belongs to another, or nothing. */
export async function replayedRefund(
  connection: Connection,
  command: RefundCommand,
): Promise<Refunded | Refusal<'idempotency_key_reused'> | undefined> {
  const entry = await findEntryOf(connection, command);
  return entry === undefined || isRefusal(entry) ? entry : refundedOf(command, entry, entry.amount);
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

/** Why the reservation can't be refunded, in the refusal order, as far as the performance knows. */
export async function reasonNotToRefund(
  connection: Connection,
  command: RefundCommand,
): Promise<RefundRefusal> {
  const { performanceId, reservationId, accountId } = command;
  const [reservation] = await connection.read(readState, [performanceId, reservationId, accountId]);
  if (reservation === undefined) return refuse('not_found', { what: 'reservation' });
  const { state, expired, past_deadline: pastDeadline } = reservation;
  const wanted = command.seats ?? [];
  const unknown = wanted.filter((seat) => !reservation.seat_ids.includes(seat));
  if (unknown.length > 0) return refuse<'not_found', number>('not_found', { what: 'seat', seats: unknown });
  if (expired) return refuse('hold_expired');
  if (state === 'paying' || state === 'refunding') return refuse('contended', { cause: 'paying' });
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
