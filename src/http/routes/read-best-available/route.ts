import type { BoxOffice } from '../../../box-office/box-office.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { refusalsOf } from '../../edge/guard.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { readBestAvailableSchema } from './schema.ts';

export function readBestAvailableRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/performances/:performanceId/best-available',
    schema: readBestAvailableSchema,
    config: {
      access: 'account',
      refusals: refusalsOf<BoxOffice['previewBestAvailable']>({ seats_unavailable: true }),
    },
    handler: async (request, reply) => {
      const { performanceId } = request.params;
      const { accountId, query } = request;
      const preview = await boxOffice.previewBestAvailable({ performanceId, accountId, ...query });
      if (isRefusal(preview)) return sendRefusal(reply, preview);
      return { performanceId, seats: [...preview.seats], amount: preview.amount };
    },
  });
}
