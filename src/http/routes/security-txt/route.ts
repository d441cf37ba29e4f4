import type { App } from '../../app.ts';

/** How long the file may be trusted; RFC 9116 section 2.5.5 advises less than a year. */
const VALID_DAYS = 180;

/** `GET /.well-known/security.txt` (RFC 9116); the time of expiry counts from the start of the service. */
export function securityTxtRoute(app: App, contact: string): void {
  const expires = new Date();
  expires.setUTCDate(expires.getUTCDate() + VALID_DAYS);
  const text = `Contact: ${contact}\nExpires: ${expires.toISOString()}\nPreferred-Languages: ko, en\n`;
  app.route({
    method: 'GET',
    url: '/.well-known/security.txt',
    schema: { hide: true },
    config: { access: 'public' },
    handler: async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=86400');
      return reply.type('text/plain; charset=utf-8').send(text);
    },
  });
}
