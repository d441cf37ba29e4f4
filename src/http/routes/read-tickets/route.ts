import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { readTicketsSchema } from './schema.ts';

export function readTicketsRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/performances/:performanceId/reservations/:reservationId/tickets',
    schema: readTicketsSchema,
    config: { access: 'account' },
    handler: async (request, reply) => {
      const { accountId, params } = request;
      const read = await boxOffice.readTickets({ ...params, accountId });
      if (isRefusal(read)) return sendRefusal(reply, read);
      return { ...read, tickets: [...read.tickets] };
    },
  });
}
