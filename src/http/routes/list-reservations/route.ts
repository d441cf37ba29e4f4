import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { PAGE_SIZE_DEFAULT } from '../../edge/limits.ts';
import { awayAnswer } from '../../answers/away.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { reservationAnswer } from '../read-reservation/route.ts';
import { listReservationsSchema } from './schema.ts';

export function listReservationsRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/reservations',
    schema: listReservationsSchema,
    config: { access: 'account' },
    handler: async (request, reply) => {
      const { before, limit = PAGE_SIZE_DEFAULT } = request.query;
      const page = await boxOffice.listReservations(request.accountId, { before, limit });
      if (isRefusal(page)) return sendRefusal(reply, page);
      return {
        ...awayAnswer(page),
        reservations: page.reservations.map(reservationAnswer),
        next: page.before ?? null,
      };
    },
  });
}
