import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { allowLongWork } from '../../edge/limits.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { readSalesOverTimeSchema } from './schema.ts';

export function readSalesOverTimeRoute(app: App, { boxOffice, limits }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/performances/:performanceId/sales-over-time',
    schema: readSalesOverTimeSchema,
    config: { access: 'rowlock:finance' },
    handler: async (request, reply) => {
      allowLongWork(reply, limits);
      const { performanceId } = request.params;
      const sales = await boxOffice.operator.readSalesOverTime(performanceId, request.query.points);
      if (isRefusal(sales)) return sendRefusal(reply, sales);
      return { ...sales, points: [...sales.points] };
    },
  });
}
