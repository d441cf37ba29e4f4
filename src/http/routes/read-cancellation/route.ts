import type { Static } from 'typebox';
import type { Cancellation as CancellationOfBoxOffice } from '../../../box-office/box-office.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import type { Cancellation } from './schema.ts';
import { readCancellationSchema } from './schema.ts';

export function readCancellationRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/performances/:performanceId/cancellation',
    schema: readCancellationSchema,
    config: { access: ['rowlock:sale', 'rowlock:box-office', 'rowlock:finance'] },
    handler: async (request, reply) => {
      const cancellation = await boxOffice.operator.readCancellation(request.params.performanceId);
      if (isRefusal(cancellation)) return sendRefusal(reply, cancellation);
      return cancellationAnswer(cancellation);
    },
  });
}

export function cancellationAnswer(cancellation: CancellationOfBoxOffice): Static<typeof Cancellation> {
  return { ...cancellation, failures: [...cancellation.failures] };
}
