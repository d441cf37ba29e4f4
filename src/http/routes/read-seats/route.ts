import type { SeatStates } from '../../../catalogue/catalogue.ts';
import type { App, HttpContext } from '../../app.ts';
import type { Coding } from '../../compression.ts';
import { acceptedCoding, compressed } from '../../compression.ts';
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
      // The tag is weak because `at` and `cursor` change with every reading although no seat does. An older cursor beside
      // the same states is as good: watching from there tells more, and misses nothing.
      const etag = `W/"${seen.version}"`;
      reply.header('etag', etag).header('cache-control', 'no-cache').header('vary', 'accept-encoding');
      if (matchesETag(request.headers['if-none-match'], etag)) return reply.code(304).send();
      const coding = acceptedCoding(request.headers['accept-encoding'], ['br', 'gzip']);
      reply.type('application/json; charset=utf-8');
      if (coding !== undefined) reply.header('content-encoding', coding);
      // The bytes are ready; they do not pass the serializer that the type stands for.
      return reply.send((await bodyOf(seen, coding ?? 'identity')) as never);
    },
  });
}

type Bodies = Partial<Record<Coding | 'identity', Promise<Buffer>>>;

const bodies = new WeakMap<SeatStates, Bodies>();

/** A crowd that asks at once shares one reading, and so one body of each coding. */
function bodyOf(seen: SeatStates, coding: keyof Bodies): Promise<Buffer> {
  const made = bodies.get(seen) ?? {};
  bodies.set(seen, made);
  made[coding] ??= coding === 'identity' ? plainBodyOf(seen) : compressedBodyOf(seen, coding);
  return made[coding];
}

async function plainBodyOf({ performanceId, at, states, cursor }: SeatStates): Promise<Buffer> {
  return Buffer.from(JSON.stringify({ performanceId, at, seats: states, cursor }));
}

async function compressedBodyOf(seen: SeatStates, coding: Coding): Promise<Buffer> {
  return compressed(coding, await bodyOf(seen, 'identity'));
}
