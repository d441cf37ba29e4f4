import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { adminReadSeatSchema } from './schema.ts';

export function adminReadSeatRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/performances/:performanceId/seats/:seat',
    schema: adminReadSeatSchema,
    config: { access: 'rowlock:box-office' },
    handler: async (request, reply) => {
      const seat = await boxOffice.operator.readSeat(request.params);
      return 'outcome' in seat ? sendRefusal(reply, seat) : seat;
    },
  });
}
