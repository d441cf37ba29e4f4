import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { allowLongWork } from '../../edge/limits.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { readSalesSchema } from './schema.ts';

export function readSalesRoute(app: App, { boxOffice, limits }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/performances/:performanceId/sales',
    schema: readSalesSchema,
    config: { access: 'rowlock:finance' },
    handler: async (request, reply) => {
      allowLongWork(reply, limits);
      const sales = await boxOffice.operator.readSales(request.params.performanceId);
      if (isRefusal(sales)) return sendRefusal(reply, sales);
      return sales;
    },
  });
}
