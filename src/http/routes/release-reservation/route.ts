import type { BoxOffice } from '../../../box-office/box-office.ts';
import type { App, HttpContext } from '../../app.ts';
import { refusalsOf } from '../../edge/guard.ts';
import { tellReplay } from '../../answers/made.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { releaseReservationSchema } from './schema.ts';

export function releaseReservationRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'DELETE',
    url: '/v1/performances/:performanceId/reservations/:reservationId',
    schema: releaseReservationSchema,
    config: {
      access: 'account',
      isRepeatable: true,
      refusals: refusalsOf<BoxOffice['release']>({
        hold_expired: true,
        reservation_not_releasable: true,
        outcome_unknown: true,
      }),
    },
    handler: async (request, reply) => {
      const { accountId, params } = request;
      const released = await boxOffice.release({ ...params, accountId });
      if (released.outcome !== 'released') return sendRefusal(reply, released);
      tellReplay(reply, released);
      return reply.code(204).send();
    },
  });
}
