import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { acceptedCoding } from '../../answers/compression.ts';
import { matchesETag } from '../../answers/etag.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { createSeatMapDocuments } from './document.ts';
import { readSeatMapSchema } from './schema.ts';

const CACHE_SECONDS = 600;

/** `GET /v1/performances/:performanceId/seat-map` */
export function readSeatMapRoute(app: App, { boxOffice }: HttpContext): void {
  const documentOf = createSeatMapDocuments();
  app.route({
    method: 'GET',
    url: '/v1/performances/:performanceId/seat-map',
    schema: readSeatMapSchema,
    config: { access: 'public' },
    handler: async (request, reply) => {
      const map = await boxOffice.readSeatMap(request.params.performanceId);
      if (isRefusal(map)) return sendRefusal(reply, map);
      const { etag, json, gzipped } = await documentOf(map);
      const asGzip = acceptedCoding(request.headers['accept-encoding'], ['gzip']) !== undefined;
      reply
        .header('etag', asGzip ? gzipped.etag : etag)
        .header('cache-control', `public, max-age=${CACHE_SECONDS}`)
        .header('vary', 'accept-encoding');
      const known = request.headers['if-none-match'];
      if (matchesETag(known, etag) || matchesETag(known, gzipped.etag)) return reply.code(304).send();
      reply.type('application/json; charset=utf-8');
      if (asGzip) reply.header('content-encoding', 'gzip');
      // The bytes are ready; they do not pass the serializer that the type stands for.
      return reply.send((asGzip ? gzipped.bytes : json) as never);
    },
  });
}
