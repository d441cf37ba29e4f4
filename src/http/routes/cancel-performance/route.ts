import { isRefusal } from '../../../domain/outcomes.ts';
import type { BoxOffice } from '../../../box-office/box-office.ts';
import type { App, HttpContext } from '../../app.ts';
import { byOf, refusalsOf } from '../../edge/guard.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { cancellationAnswer } from '../read-cancellation/route.ts';
import { cancelPerformanceSchema } from './schema.ts';

export function cancelPerformanceRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/admin/performances/:performanceId/cancellation',
    schema: cancelPerformanceSchema,
    config: {
      access: 'rowlock:sale',
      refusals: refusalsOf<BoxOffice['operator']['cancelPerformance']>({ outcome_unknown: true }),
    },
    handler: async (request, reply) => {
      const cancellation = await boxOffice.operator.cancelPerformance({
        ...request.params,
        ...byOf(request),
      });
      if (isRefusal(cancellation)) return sendRefusal(reply, cancellation);
      return cancellationAnswer(cancellation);
    },
  });
}
