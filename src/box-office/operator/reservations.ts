/** What an operator does with anybody's reservation: reads it, refunds it or some of its seats, releases it. */
import { statement } from '../../db/statement.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { isRefusal } from '../../domain/outcomes.ts';
import type { By } from '../../operator-log/note-action.ts';
import type { Refunded } from '../../operations/refund/contract.ts';
import type { Released, ReleaseRefusal } from '../../operations/release.ts';
import { readReservationOf, refundReservation, releaseReservation } from '../buyer/reservation-actions.ts';
import type {
  KeyedRequest,
  RefundRefusal,
  Reservation,
  ReservationRequest,
} from '../buyer/reservation-actions.ts';
import { reading, seatMapOf } from '../context.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';

/** A reservation of any account. */
export type AnyReservation = Omit<ReservationRequest, 'accountId'>;

/** A refund by an operator: without `seats`, of all that are left. */
export interface OperatorRefund extends Omit<KeyedRequest, 'accountId'>, By {
  /** By label. */
  readonly seats?: readonly string[] | undefined;
}

/** A release by an operator. */
export interface OperatorRelease extends AnyReservation, By {}

/** A reservation with what a refund of each of its seats pays back. */
export interface RefundableReservation extends Reservation {
  /** The seats that are sold to it, with what they took; empty unless it is confirmed. Money is in minor units. */
  readonly refundable: readonly { readonly seat: string; readonly amount: number }[];
}

const soldSeats = statement({
  name: 'reservation_sold_seats',
  group: 'performance',
  params: ['text', 'uuid'],
  columns: { seat_number: 'integer', amount: 'bigint' },
  text: `
    select s.seat_number, s.price as amount
    from reservation as r
    join seat as s on s.performance_id = $1 and s.seat_number = any(r.seat_ids) and s.reservation_id = $2
    where r.performance_id = $1 and r.reservation_id = $2 and s.state = 'sold'
    order by s.seat_number`,
});

/** Reads anybody's reservation. Refusals: `not_found`, and those of a database that can't answer. */
export async function readAnyReservation(
  context: BoxOfficeContext,
  request: AnyReservation,
): Promise<RefundableReservation | Refusal<'not_found'> | ReadRefusal> {
  const reservation = await readReservationOf(context, { ...request, accountId: undefined });
  if (isRefusal(reservation)) return reservation;
  if (reservation.state !== 'confirmed') return { ...reservation, refundable: [] };
  const { performanceId, reservationId } = request;
  const sold = await reading(context, (connection) =>
    connection.read(soldSeats, [performanceId, reservationId]),
  );
  if (isRefusal(sold)) return sold;
  const map = await seatMapOf(
    context,
    performanceId,
    sold.map((row) => row.seat_number),
  );
  if (map !== undefined && isRefusal(map)) return map;
  const refundable = sold.map(({ seat_number: seat, amount }) => ({
    seat: map?.labelOf(seat) ?? String(seat),
    amount,
  }));
  return { ...reservation, refundable };
}

/** Refunds without a deadline. Refusals: those of a buyer's refund. */
export async function refundAny(
  context: BoxOfficeContext,
  request: OperatorRefund,
): Promise<Refunded | RefundRefusal> {
  const reservation = await readReservationOf(context, { ...request, accountId: undefined });
  if (isRefusal(reservation)) return reservation;
  const { actor, requestId } = request;
  const { accountId } = reservation;
  return refundReservation(context, { ...request, accountId, byOperator: true, by: { actor, requestId } });
}

/** Releases a hold, all of it. Refusals: those of a buyer's release. */
export async function releaseAny(
  context: BoxOfficeContext,
  request: OperatorRelease,
): Promise<Released | ReleaseRefusal> {
  const reservation = await readReservationOf(context, { ...request, accountId: undefined });
  if (isRefusal(reservation)) return reservation;
  const { actor, requestId } = request;
  return releaseReservation(context, {
    ...request,
    accountId: reservation.accountId,
    by: { actor, requestId },
  });
}
