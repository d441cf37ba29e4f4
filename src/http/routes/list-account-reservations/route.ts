import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { PAGE_SIZE_DEFAULT } from '../../edge/limits.ts';
import { awayAnswer } from '../../answers/away.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { reservationAnswer } from '../read-reservation/route.ts';
import { listAccountReservationsSchema } from './schema.ts';

export function listAccountReservationsRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/accounts/:accountId/reservations',
    schema: listAccountReservationsSchema,
    config: { access: 'rowlock:box-office' },
    handler: async (request, reply) => {
      const { before, limit = PAGE_SIZE_DEFAULT } = request.query;
      const page = await boxOffice.listReservations(request.params.accountId, { before, limit });
      if (isRefusal(page)) return sendRefusal(reply, page);
      return {
        ...awayAnswer(page),
        reservations: page.reservations.map(reservationAnswer),
        next: page.before ?? null,
      };
    },
  });
}
