import type { App, HttpContext } from '../../app.ts';
import { ticketKeysSchema } from './schema.ts';

/** A new key signs at once, so a door may not keep an older set for long. */
const CACHE_SECONDS = 60;

export function ticketKeysRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/ticket-keys',
    schema: ticketKeysSchema,
    config: { access: 'public' },
    handler: async (_request, reply) => {
      reply.header('cache-control', `public, max-age=${CACHE_SECONDS}`);
      return { keys: [...boxOffice.ticketKeys] };
    },
  });
}
