import type { Static } from 'typebox';
import type { Performance as CataloguePerformance } from '../../../catalogue/concerts.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import type { Performance } from './schema.ts';
import { readPerformanceSchema } from './schema.ts';

export function readPerformanceRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/performances/:performanceId',
    schema: readPerformanceSchema,
    config: { access: 'public' },
    handler: async (request, reply) => {
      const performance = await boxOffice.readPerformance(request.params.performanceId);
      if (isRefusal(performance)) return sendRefusal(reply, performance);
      reply.header('cache-control', 'no-cache');
      return performanceAnswer(performance);
    },
  });
}

export function performanceAnswer({
  performanceId,
  ...performance
}: CataloguePerformance): Static<typeof Performance> {
  return { id: performanceId, ...performance, grades: [...performance.grades] };
}
