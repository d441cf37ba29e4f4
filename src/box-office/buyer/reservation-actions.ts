/** Reads, releases, pays and refunds reservations. */
import { requestHashOf } from '../../domain/ids.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import type { Paid, PayRefusal as OperationPayRefusal } from '../../operations/pay/pay.ts';
import { refund } from '../../operations/refund/refund.ts';
import type { Refunded, RefundRefusal as OperationRefundRefusal } from '../../operations/refund/contract.ts';
import { release } from '../../operations/release.ts';
import type { Released, ReleaseRefusal } from '../../operations/release.ts';
import { reading, seatMapOf } from '../context.ts';
import type { By } from '../../operator-log/note-action.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import { faultInSeats } from '../input-rules.ts';
import { readReservation } from './reservations.ts';
import type { ReservationRow } from './reservations.ts';

export interface ReservationRequest {
  readonly performanceId: string;
  readonly reservationId: string;
  /** The reservation of another account is `not_found`. */
  readonly accountId: string;
}

export interface KeyedRequest extends ReservationRequest {
  /** Unique per account; the same request with the same key has one effect and one answer. */
  readonly idempotencyKey: string;
}

/** A reservation as it is now, with seats by label. */
export interface Reservation extends Omit<ReservationRow, 'seats' | 'refundedSeats'> {
  /** As they were held. */
  readonly seats: readonly string[];
  /** Those of them that refunds have given back. */
  readonly refundedSeats: readonly string[];
}

/** The payment as it was made, with seats by label. */
export interface PaidSeats extends Omit<Paid, 'seats'> {
  readonly seats: readonly string[];
}

export type PayRefusal = OperationPayRefusal | Refusal<'invalid_request'>;
/** The refusals of a refund: the operation's, with seats by label, and `invalid_request`. */
export type RefundRefusal = Refusal<OperationRefundRefusal['outcome'] | 'invalid_request', string>;

const notFound = refuse('not_found', { what: 'reservation' });

/** Reads a reservation. An operator, with `accountId` undefined, may read anyone's. */
export async function readReservationOf(
  context: BoxOfficeContext,
  request: Omit<ReservationRequest, 'accountId'> & { readonly accountId: string | undefined },
): Promise<Reservation | Refusal<'not_found', never> | ReadRefusal> {
  const row = await reading(context, (connection) =>
    readReservation(connection, request.performanceId, request.reservationId),
  );
  if (row === undefined) return notFound;
  if (isRefusal(row)) return row;
  if (request.accountId !== undefined && row.accountId !== request.accountId) return notFound;
  return withSeatLabels(context, row);
}

/** Releases a hold, by an operator where it says so. Refusals: those of the operation. */
export async function releaseReservation(
  context: BoxOfficeContext,
  request: ReservationRequest & { readonly by?: By | undefined },
): Promise<Released | ReleaseRefusal> {
  const { performanceId, reservationId, accountId, by } = request;
  const isForgiven = context.unpaidHolds.isExcused(request);
  const outcome = await release(context, { performanceId, reservationId, accountId, by, isForgiven });
  if (outcome.outcome === 'released') context.unpaidHolds.released(request);
  return outcome;
}

/** Refusals of a payment that are the service's own fault: the hold must not count as unpaid. */
const OWN_FAULTS: ReadonlySet<string> = new Set(['contended', 'overloaded', 'outcome_unknown']);

/** Pays a reservation from its account's wallet. Refusals: `invalid_request`, and those of `PayOutcome`. */
export async function payReservation(
  context: BoxOfficeContext,
  request: KeyedRequest,
): Promise<PaidSeats | PayRefusal> {
  const { performanceId, reservationId, accountId, idempotencyKey } = request;
  // Read first, so that nothing can fail once the money is taken.
  const map = await seatMapOf(context, performanceId);
  if (map === undefined) return notFound;
  if (isRefusal(map)) return map;
  const requestHash = requestHashOf('pay', performanceId, reservationId);
  const command = { performanceId, reservationId, accountId, idempotencyKey, requestHash };
  const outcome = await context.strategies.pay.execute(command, { deadline: context.deadline });
  if (outcome.outcome !== 'paid') {
    if (OWN_FAULTS.has(outcome.outcome)) context.unpaidHolds.excuse(request);
    return outcome;
  }
  context.unpaidHolds.paid(accountId);
  return { ...outcome, seats: outcome.seats.map((seat) => map.labelOf(seat)) };
}

/**
 * Refunds a reservation to its account's wallet: some of its seats, or all that are left. Refusals:
 * `invalid_request`, and those of the operation, with `not_found` also for a label that is not on the map.
 */
export async function refundReservation(
  context: BoxOfficeContext,
  request: KeyedRequest & {
    readonly byOperator: boolean;
    readonly by?: By | undefined;
    readonly seats?: readonly string[] | undefined;
  },
): Promise<Refunded | RefundRefusal> {
  const { performanceId, reservationId, accountId, idempotencyKey, byOperator, by, seats: labels } = request;
  const fault = labels && faultInSeats(labels);
  if (fault !== undefined) return fault;
  const map = labels && (await seatMapOf(context, performanceId, labels));
  if (map !== undefined && isRefusal(map)) return map;
  const numbers = labels?.map((label) => map?.numberOf(label));
  const unknown = labels?.filter((_, i) => numbers?.[i] === undefined) ?? [];
  if (unknown.length > 0) return refuse<'not_found', string>('not_found', { what: 'seat', seats: unknown });
  const seats = numbers?.filter((seat) => seat !== undefined).sort((a, b) => a - b);
  const requestHash = requestHashOf('refund', performanceId, reservationId, ...(seats ?? []));
  const command = {
    performanceId,
    reservationId,
    accountId,
    idempotencyKey,
    byOperator,
    by,
    requestHash,
    seats,
  };
  const outcome = await refund(context, command);
  if (!('seats' in outcome)) return outcome as Refunded | RefundRefusal;
  return {
    ...outcome,
    seats: outcome.seats?.map((seat) => map?.labelOf(seat) ?? String(seat)),
  };
}

/** The reservation with the labels of its current or removed seats. */
export async function withSeatLabels(
  context: BoxOfficeContext,
  row: ReservationRow,
): Promise<Reservation | ReadRefusal> {
  const map = await seatMapOf(context, row.performanceId, row.seats);
  if (map !== undefined && isRefusal(map)) return map;
  const labelOf = (seat: number): string => map?.labelOf(seat) ?? String(seat);
  return { ...row, seats: row.seats.map(labelOf), refundedSeats: row.refundedSeats.map(labelOf) };
}
