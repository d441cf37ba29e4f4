import { rowsOfMap } from '../../../catalogue/seat-map/rows.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import { sendPrepared } from '../../answers/prepared.ts';
import { sendRefusal } from '../../answers/problem.ts';
import type { App, HttpContext } from '../../app.ts';
import { createSeatMapBodies, SEAT_MAP_CACHE_CONTROL } from '../read-seat-map/route.ts';
import { readSeatMapRowsSchema } from './schema.ts';

export function readSeatMapRowsRoute(app: App, { boxOffice }: HttpContext): void {
  const bodyOf = createSeatMapBodies(['br', 'gzip'], (map) => {
    const { performanceId, venueId, venueName, outline } = map;
    return { performanceId, venueId, venueName, outline, sections: rowsOfMap(map) };
  });
  app.route({
    method: 'GET',
    url: '/v1/performances/:performanceId/seat-map/rows',
    schema: readSeatMapRowsSchema,
    config: { access: 'public' },
    handler: async (request, reply) => {
      const map = await boxOffice.readSeatMap(request.params.performanceId);
      if (isRefusal(map)) return sendRefusal(reply, map);
      reply.header('cache-control', SEAT_MAP_CACHE_CONTROL);
      return sendPrepared(request, reply, bodyOf(map));
    },
  });
}
