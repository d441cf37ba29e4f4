/**
 * Lets pages of other origins call the API (CORS, Fetch standard section 3.2): only the origins that the operator lists,
 * compared as a whole. Tokens travel in Authorization, so credentials of the browser are never asked for nor allowed.
 */
import type { FastifyReply } from 'fastify';
import type { App } from '../app.ts';

/** What a page may send beyond what every page may. */
const REQUEST_HEADERS =
  'authorization, content-type, idempotency-key, if-none-match, last-event-id, traceparent, x-request-id';
const METHODS = 'GET, HEAD, POST, DELETE';
/** What a page may read beyond what every page may. */
const ANSWER_HEADERS =
  'etag, location, retry-after, ratelimit, ratelimit-policy, www-authenticate, x-request-id, idempotency-replayed, deprecation, sunset, link';
/** How long a browser remembers a preflight. */
const PREFLIGHT_SECONDS = 600;

/** Answers pages of these origins, or with `*` of all. Without any, no header is sent. */
export function allowOrigins(app: App, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  const isAny = allowed.has('*');
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    // Here for streams, which answer without the hook below.
    if (!isAny) reply.header('vary', 'origin');
    if (origin !== undefined && (isAny || allowed.has(origin))) {
      reply.header('access-control-allow-origin', isAny ? '*' : origin);
      if (request.method === 'OPTIONS') allowPreflight(reply);
      else reply.header('access-control-expose-headers', ANSWER_HEADERS);
    }
    done();
  });
  if (isAny) return;
  app.addHook('onSend', (_request, reply, _payload, done) => {
    const vary = String(reply.getHeader('vary') ?? '');
    if (!/\borigin\b/.test(vary)) reply.header('vary', vary === '' ? 'origin' : `${vary}, origin`);
    done();
  });
}

function allowPreflight(reply: FastifyReply): void {
  reply.headers({
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': REQUEST_HEADERS,
    'access-control-max-age': String(PREFLIGHT_SECONDS),
  });
}

/** Whether a text is an origin as browsers send it, or `*`. */
export function isOrigin(given: string): boolean {
  if (given === '*') return true;
  return /^https?:\/\//.test(given) && URL.canParse(given) && new URL(given).origin === given;
}
