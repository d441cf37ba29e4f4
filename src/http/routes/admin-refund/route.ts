import type { BoxOffice } from '../../../box-office/box-office.ts';
import type { App, HttpContext } from '../../app.ts';
import { byOf, refusalsOf } from '../../edge/guard.ts';
import { answerMade } from '../../answers/made.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { refundAnswer } from '../refund-reservation/route.ts';
import { adminRefundSchema } from './schema.ts';

export function adminRefundRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/admin/performances/:performanceId/reservations/:reservationId/refund',
    schema: adminRefundSchema,
    config: {
      access: 'rowlock:box-office',
      needsKey: true,
      refusals: refusalsOf<BoxOffice['operator']['refund']>({
        idempotency_key_reused: true,
        hold_expired: true,
        reservation_not_refundable: true,
        outcome_unknown: true,
      }),
    },
    handler: async (request, reply) => {
      const { idempotencyKey, params } = request;
      const seats = request.body?.seats;
      const refunded = await boxOffice.operator.refund({
        ...params,
        ...byOf(request),
        idempotencyKey,
        seats,
      });
      if (refunded.outcome !== 'refunded') return sendRefusal(reply, refunded);
      const { performanceId, reservationId } = params;
      answerMade(reply, refunded, `/v1/admin/performances/${performanceId}/reservations/${reservationId}`);
      return refundAnswer(refunded);
    },
  });
}
