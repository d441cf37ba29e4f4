import type { BoxOffice } from '../../../box-office/box-office.ts';
import type { App, HttpContext } from '../../app.ts';
import { byOf, refusalsOf } from '../../edge/guard.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { adminReleaseSchema } from './schema.ts';

export function adminReleaseRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/admin/performances/:performanceId/reservations/:reservationId/release',
    schema: adminReleaseSchema,
    config: {
      access: 'rowlock:box-office',
      refusals: refusalsOf<BoxOffice['operator']['release']>({
        hold_expired: true,
        reservation_not_releasable: true,
        outcome_unknown: true,
      }),
    },
    handler: async (request, reply) => {
      const released = await boxOffice.operator.release({ ...request.params, ...byOf(request) });
      if (released.outcome !== 'released') return sendRefusal(reply, released);
      return reply.code(204).send();
    },
  });
}
