/**
 * The path prefix behind which the service is reached. A proxy may pass it on or strip it: requests with and without it
 * are the same. What leads back to the service has it.
 */
import type { IncomingMessage } from 'node:http';
import type { App } from '../app.ts';

/** What follows the prefix in the request's target. */
export function withoutBasePath(basePath: string): (request: IncomingMessage) => string {
  return ({ url = '/' }) => {
    const rest = url.startsWith(basePath) ? url.slice(basePath.length) : undefined;
    if (rest === '' || rest?.startsWith('?') === true) return `/${rest}`;
    return rest?.startsWith('/') === true ? rest : url;
  };
}

/** Puts the prefix before the paths in Location. */
export function locateBehind(app: App, basePath: string): void {
  app.decorate('basePath', basePath);
  if (basePath === '') return;
  app.addHook('onSend', (_request, reply, _payload, done) => {
    const location = reply.getHeader('location');
    if (typeof location === 'string' && location.startsWith('/')) {
      reply.header('location', `${basePath}${location}`);
    }
    done();
  });
}

/** Whether a text is a path prefix: `/tickets`, without a slash at its end. */
export function isBasePath(given: string): boolean {
  return /^(\/[A-Za-z0-9_-][A-Za-z0-9._~-]*)+$/.test(given) && given.length <= 255;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** `/tickets`, or empty. */
    basePath: string;
  }
}
