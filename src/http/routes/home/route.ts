import type { App } from '../../app.ts';

/** `GET /` */
export function homeRoute(app: App): void {
  app.route({
    method: 'GET',
    url: '/',
    schema: { hide: true },
    config: { access: 'public' },
    handler: async (_request, reply) => reply.redirect('/docs'),
  });
}
