import type { Static } from 'typebox';
import type { Refunded } from '../../../operations/refund/contract.ts';
import type { BoxOffice } from '../../../box-office/box-office.ts';
import type { App, HttpContext } from '../../app.ts';
import { refusalsOf } from '../../edge/guard.ts';
import { answerMade } from '../../answers/made.ts';
import { sendRefusal } from '../../answers/problem.ts';
import type { Refund } from './schema.ts';
import { refundReservationSchema } from './schema.ts';

export function refundReservationRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/performances/:performanceId/reservations/:reservationId/refund',
    schema: refundReservationSchema,
    config: {
      access: 'account',
      needsKey: true,
      refusals: refusalsOf<BoxOffice['refund']>({
        idempotency_key_reused: true,
        hold_expired: true,
        reservation_not_refundable: true,
        outcome_unknown: true,
      }),
    },
    handler: async (request, reply) => {
      const { accountId, idempotencyKey, params } = request;
      const refunded = await boxOffice.refund({ ...params, accountId, idempotencyKey });
      if (refunded.outcome !== 'refunded') return sendRefusal(reply, refunded);
      const { performanceId, reservationId } = params;
      answerMade(reply, refunded, `/v1/performances/${performanceId}/reservations/${reservationId}`);
      return refundAnswer(refunded);
    },
  });
}

export function refundAnswer(refunded: Refunded): Static<typeof Refund> {
  const { reservationId: id, performanceId, amount, seq, balanceAfter, refundedAt } = refunded;
  return { id, performanceId, amount, seq, balanceAfter, refundedAt };
}
