import type { App, HttpContext } from '../../app.ts';
import { allowLongWork } from '../../edge/long-work.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { readDoorListSchema } from './schema.ts';

/** `GET /v1/admin/performances/:performanceId/door-list` */
export function readDoorListRoute(app: App, { boxOffice, limits }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/performances/:performanceId/door-list',
    schema: readDoorListSchema,
    config: { access: 'rowlock:admin' },
    handler: async (request, reply) => {
      allowLongWork(reply, limits);
      const list = await boxOffice.operator.readDoorList(request.params.performanceId);
      if ('outcome' in list) return sendRefusal(reply, list);
      return { ...list, tickets: [...list.tickets] };
    },
  });
}
