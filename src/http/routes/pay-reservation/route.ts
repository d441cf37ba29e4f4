import type { BoxOffice } from '../../../box-office/box-office.ts';
import type { App, HttpContext } from '../../app.ts';
import { refusalsOf } from '../../edge/guard.ts';
import { answerMade } from '../../answers/made.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { payReservationSchema } from './schema.ts';

export function payReservationRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/performances/:performanceId/reservations/:reservationId/payment',
    schema: payReservationSchema,
    config: {
      access: 'account',
      needsKey: true,
      refusals: refusalsOf<BoxOffice['pay']>({
        account_blocked: true,
        idempotency_key_reused: true,
        hold_expired: true,
        reservation_not_payable: true,
        insufficient_balance: true,
        outcome_unknown: true,
      }),
    },
    handler: async (request, reply) => {
      const { accountId, idempotencyKey, params } = request;
      const paid = await boxOffice.pay({ ...params, accountId, idempotencyKey });
      if (paid.outcome !== 'paid') return sendRefusal(reply, paid);
      const { reservationId: id, performanceId, seats, amount, seq, balanceAfter, paidAt, state } = paid;
      answerMade(reply, paid, `/v1/performances/${performanceId}/reservations/${id}`);
      return { id, performanceId, seats, amount, seq, balanceAfter, paidAt, state };
    },
  });
}
