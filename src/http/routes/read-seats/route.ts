import type { App, HttpContext } from '../../app.ts';
import { matchesETag } from '../../etag.ts';
import { sendRefusal } from '../../problem.ts';
import { readSeatsSchema } from './schema.ts';

/** `GET /v1/performances/:performanceId/seats` */
export function readSeatsRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/performances/:performanceId/seats',
    schema: readSeatsSchema,
    config: { access: 'public' },
    handler: async (request, reply) => {
      const seen = await boxOffice.readSeatStates(request.params.performanceId);
      if ('outcome' in seen) return sendRefusal(reply, seen);
      // The tag is weak because `at` changes with every reading although no seat does.
      const etag = `W/"${seen.version}"`;
      reply.header('etag', etag).header('cache-control', 'no-cache');
      if (matchesETag(request.headers['if-none-match'], etag)) return reply.code(304).send();
      return { performanceId: seen.performanceId, at: seen.at, seats: seen.states };
    },
  });
}
