import type { App } from '../../app.ts';
import { openapiSchema } from './schema.ts';

export function openapiRoute(app: App): void {
  let document: string | undefined;
  app.route({
    method: 'GET',
    url: '/openapi.json',
    schema: openapiSchema,
    config: { access: 'public' },
    handler: async (_request, reply) => {
      document ??= JSON.stringify(app.swagger());
      reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8');
      return reply.send(document as never);
    },
  });
}
