import { isRefusal } from '../../../domain/outcomes.ts';
import type { BoxOffice } from '../../../box-office/box-office.ts';
import type { App, HttpContext } from '../../app.ts';
import { byOf, refusalsOf } from '../../edge/guard.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { performanceAnswer } from '../read-performance/route.ts';
import { setSaleSchema } from './schema.ts';

export function setSaleRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/admin/performances/:performanceId/sale',
    schema: setSaleSchema,
    config: {
      access: 'rowlock:sale',
      refusals: refusalsOf<BoxOffice['operator']['setSaleState']>({
        sales_closed: true,
        outcome_unknown: true,
      }),
    },
    handler: async (request, reply) => {
      const performance = await boxOffice.operator.setSaleState(
        request.params.performanceId,
        request.body.state,
        byOf(request),
      );
      if (isRefusal(performance)) return sendRefusal(reply, performance);
      return performanceAnswer(performance);
    },
  });
}
