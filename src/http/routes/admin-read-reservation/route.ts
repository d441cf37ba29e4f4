import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { reservationAnswer } from '../read-reservation/route.ts';
import { adminReadReservationSchema } from './schema.ts';

export function adminReadReservationRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/performances/:performanceId/reservations/:reservationId',
    schema: adminReadReservationSchema,
    config: { access: 'rowlock:box-office' },
    handler: async (request, reply) => {
      const reservation = await boxOffice.operator.readReservation(request.params);
      if (isRefusal(reservation)) return sendRefusal(reply, reservation);
      const { accountId, refundable } = reservation;
      return { ...reservationAnswer(reservation), accountId, refundable: [...refundable] };
    },
  });
}
