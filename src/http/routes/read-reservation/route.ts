import type { Static } from 'typebox';
import type { Reservation as ReservationOfBoxOffice } from '../../../box-office/buyer/reservation-actions.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import type { Reservation } from './schema.ts';
import { readReservationSchema } from './schema.ts';

export function readReservationRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/performances/:performanceId/reservations/:reservationId',
    schema: readReservationSchema,
    config: { access: 'account' },
    handler: async (request, reply) => {
      const { accountId, params } = request;
      const reservation = await boxOffice.readReservation({ ...params, accountId });
      if (isRefusal(reservation)) return sendRefusal(reply, reservation);
      return reservationAnswer(reservation);
    },
  });
}

/** A reservation, as its own account gets it. */
export function reservationAnswer(reservation: ReservationOfBoxOffice): Static<typeof Reservation> {
  const { reservationId: id, performanceId, state, seats, refundedSeats } = reservation;
  const { amount, createdAt, expiresAt } = reservation;
  return { id, performanceId, state, seats, refundedSeats, amount, createdAt, expiresAt };
}
