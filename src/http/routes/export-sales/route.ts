import { Readable } from 'node:stream';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { allowLongWork } from '../../edge/limits.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { salesAsCsv } from './csv.ts';
import { exportSalesSchema } from './schema.ts';

export function exportSalesRoute(app: App, { boxOffice, limits }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/performances/:performanceId/sales.csv',
    schema: exportSalesSchema,
    config: { access: 'rowlock:finance' },
    handler: async (request, reply) => {
      allowLongWork(reply, limits);
      const { performanceId } = request.params;
      const sales = await boxOffice.operator.listSales(performanceId);
      if (isRefusal(sales)) return sendRefusal(reply, sales);
      // The guard has checked that the id has only letters, digits and hyphens.
      reply.header('content-disposition', `attachment; filename="sales-${performanceId}.csv"`);
      reply.type('text/csv; charset=utf-8; header=present');
      // A stream bypasses the serializer, whose type Fastify expects.
      return reply.send(Readable.from(salesAsCsv(sales, request.query.language ?? 'en')) as never);
    },
  });
}
