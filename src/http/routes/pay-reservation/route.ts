import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { payReservationSchema } from './schema.ts';

/** `POST /v1/performances/:performanceId/reservations/:reservationId/payment` */
export function payReservationRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/performances/:performanceId/reservations/:reservationId/payment',
    schema: payReservationSchema,
    config: {
      access: 'account',
      needsKey: true,
      refusals: [
        'idempotency_key_reused',
        'hold_expired',
        'reservation_not_payable',
        'insufficient_balance',
        'outcome_unknown',
      ],
    },
    handler: async (request, reply) => {
      const { accountId, idempotencyKey, params } = request;
      const paid = await boxOffice.pay({ ...params, accountId, idempotencyKey });
      if (paid.outcome !== 'paid') return sendRefusal(reply, paid);
      const { reservationId: id, performanceId, seats, amount, seq, balanceAfter, paidAt } = paid;
      reply.code(201).header('location', `/v1/performances/${performanceId}/reservations/${id}`);
      return { id, performanceId, seats, amount, seq, balanceAfter, paidAt };
    },
  });
}
