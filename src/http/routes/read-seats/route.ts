import { isRefusal } from '../../../domain/outcomes.ts';
import type { SeatStates } from '../../../seats/states.ts';
import type { PreparedBody } from '../../answers/prepared.ts';
import { prepareJson, sendPrepared } from '../../answers/prepared.ts';
import { sendRefusal } from '../../answers/problem.ts';
import type { App, HttpContext } from '../../app.ts';
import { readSeatsSchema } from './schema.ts';

export function readSeatsRoute(app: App, { boxOffice }: HttpContext): void {
  // Simultaneous requests share one reading (`sharedNextRun`), and so one body.
  const bodies = new WeakMap<SeatStates, PreparedBody>();
  app.route({
    method: 'GET',
    url: '/v1/performances/:performanceId/seats',
    schema: readSeatsSchema,
    config: { access: 'public' },
    handler: async (request, reply) => {
      const seen = await boxOffice.readSeatStates(request.params.performanceId);
      if (isRefusal(seen)) return sendRefusal(reply, seen);
      const body = bodies.get(seen) ?? bodyOf(seen);
      bodies.set(seen, body);
      reply.header('cache-control', 'no-cache');
      return sendPrepared(request, reply, body);
    },
  });
}

/**
 * The tag is weak because `at` and `cursor` change with every reading, even if no seat does. An older cursor
 * with the same states is as good: watching from there repeats some changes but misses none.
 */
function bodyOf({ performanceId, at, states, cursor, version }: SeatStates): PreparedBody {
  return prepareJson(() => JSON.stringify({ performanceId, at, seats: states, cursor }), {
    etag: `W/"${version}"`,
    codings: ['br', 'gzip'],
  });
}
