import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { allowLongWork } from '../../edge/limits.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { readCheckInListSchema } from './schema.ts';

export function readCheckInListRoute(app: App, { boxOffice, limits }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/performances/:performanceId/check-in-list',
    schema: readCheckInListSchema,
    config: { access: ['rowlock:door', 'rowlock:box-office'] },
    handler: async (request, reply) => {
      allowLongWork(reply, limits);
      const list = await boxOffice.operator.readCheckInList(request.params.performanceId);
      if (isRefusal(list)) return sendRefusal(reply, list);
      return { ...list, tickets: [...list.tickets] };
    },
  });
}
