import type { BoxOffice } from '../../../box-office/box-office.ts';
import type { App, HttpContext } from '../../app.ts';
import { refusalsOf } from '../../edge/guard.ts';
import { answerMade } from '../../answers/made.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { createReservationSchema } from './schema.ts';

export function createReservationRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/performances/:performanceId/reservations',
    schema: createReservationSchema,
    config: {
      access: 'account',
      needsKey: true,
      refusals: refusalsOf<BoxOffice['hold' | 'holdBestAvailable']>({
        account_blocked: true,
        idempotency_key_reused: true,
        sales_closed: true,
        seat_taken: true,
        seats_unavailable: true,
        seat_limit_exceeded: true,
        hold_budget_exceeded: true,
        outcome_unknown: true,
      }),
    },
    handler: async (request, reply) => {
      const { accountId, idempotencyKey, body } = request;
      const { performanceId } = request.params;
      const asked = { performanceId, accountId, idempotencyKey };
      const held =
        body.seats === undefined
          ? await boxOffice.holdBestAvailable({ ...asked, ...body.bestAvailable! })
          : await boxOffice.hold({ ...asked, seats: body.seats });
      if (held.outcome !== 'held') return sendRefusal(reply, held);
      const { reservationId: id, seats, amount, expiresAt, state } = held;
      answerMade(reply, held, `/v1/performances/${performanceId}/reservations/${id}`);
      return { id, performanceId, seats, amount, expiresAt, state };
    },
  });
}
