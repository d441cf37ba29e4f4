import { isRefusal } from '../../../domain/outcomes.ts';
import type { SeatStates } from '../../../seats/states.ts';
import type { App, HttpContext } from '../../app.ts';
import { matchesETag } from '../../answers/etag.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { createSharedBodies } from '../../answers/shared-body.ts';
import { readSeatsSchema } from './schema.ts';

/** `GET /v1/performances/:performanceId/seats` */
export function readSeatsRoute(app: App, { boxOffice }: HttpContext): void {
  const sendSeats = createSharedBodies(({ performanceId, at, states, cursor }: SeatStates) =>
    JSON.stringify({ performanceId, at, seats: states, cursor }),
  );
  app.route({
    method: 'GET',
    url: '/v1/performances/:performanceId/seats',
    schema: readSeatsSchema,
    config: { access: 'public' },
    handler: async (request, reply) => {
      const seen = await boxOffice.readSeatStates(request.params.performanceId);
      if (isRefusal(seen)) return sendRefusal(reply, seen);
      // The tag is weak because `at` and `cursor` change with every reading although no seat does. An older cursor beside
      // the same states is as good: watching from there tells more, and misses nothing.
      const etag = `W/"${seen.version}"`;
      reply.header('etag', etag).header('cache-control', 'no-cache').header('vary', 'accept-encoding');
      if (matchesETag(request.headers['if-none-match'], etag)) return reply.code(304).send();
      return sendSeats(request, reply, seen);
    },
  });
}
