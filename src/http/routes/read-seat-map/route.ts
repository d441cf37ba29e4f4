import type { SeatMap } from '../../../catalogue/seat-map/seat-map.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import { createWeightedCache } from '../../../lib/weighted-cache.ts';
import type { PreparedBody } from '../../answers/prepared.ts';
import { JSON_TYPE, prepareBytes, sendPrepared } from '../../answers/prepared.ts';
import { sendRefusal } from '../../answers/problem.ts';
import type { App, HttpContext } from '../../app.ts';
import { readSeatMapSchema } from './schema.ts';

export const SEAT_MAP_CACHE_CONTROL = 'public, max-age=600';

/** A stadium's map has several megabytes, and every buyer of an opening sale requests the same one. */
const CACHED_BYTES_MAX = 64 * 1024 * 1024;

export function readSeatMapRoute(app: App, { boxOffice }: HttpContext): void {
  const bodyOf = createSeatMapBodies(
    ['gzip'],
    ({ performanceId, venueId, venueName, outline, focus, sections, seats }) => ({
      performanceId,
      venueId,
      venueName,
      outline,
      focus: [focus.x, focus.y],
      sections,
      seats,
    }),
  );
  app.route({
    method: 'GET',
    url: '/v1/performances/:performanceId/seat-map',
    schema: readSeatMapSchema,
    config: { access: 'public' },
    handler: async (request, reply) => {
      const map = await boxOffice.readSeatMap(request.params.performanceId);
      if (isRefusal(map)) return sendRefusal(reply, map);
      reply.header('cache-control', SEAT_MAP_CACHE_CONTROL);
      return sendPrepared(request, reply, bodyOf(map));
    },
  });
}

/** Makes the bodies of seat maps from what is answered, and keeps the most recently used. */
export function createSeatMapBodies(
  codings: PreparedBody['codings'],
  answerOf: (map: SeatMap) => object,
): (map: SeatMap) => PreparedBody {
  const bodies = createWeightedCache<{ seats: SeatMap['seats']; body: PreparedBody; weight: number }>(
    CACHED_BYTES_MAX,
    (entry) => entry.weight,
  );
  return (map) => {
    // Maps share their venue's array of seats: the same array means that nothing has changed.
    const cached = bodies.get(map.performanceId);
    if (cached?.seats === map.seats) return cached.body;
    const bytes = Buffer.from(JSON.stringify(answerOf(map)));
    const body = prepareBytes(bytes, { type: JSON_TYPE, codings });
    bodies.set(map.performanceId, { seats: map.seats, body, weight: bytes.length * 1.25 });
    return body;
  };
}
