/** Keeps the rates of a server's routes, and answers 429 (RFC 6585 section 4) to a request too many. */
import type { FastifyReply, FastifyRequest, preHandlerHookHandler } from 'fastify';
import { refuse } from '../../../domain/outcomes.ts';
import { hasServiceScope } from '../../../domain/scopes.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { clientOf } from '../client/address.ts';
import type { Exceeded, RateLimiter } from './limiter.ts';

type CountedBy = 'account' | 'address' | 'sign-in' | 'none';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * By what the route's requests are counted. `account` is the default where the route identifies its sender, `address` where it
     * does not; `sign-in` is stricter, and `none` is for what must always be answered.
     */
    readonly rate?: CountedBy;
  }
}

/** The hook that counts a route's requests; undefined for a route without a rate. */
export function rateGuard(limiter: RateLimiter, countedBy: CountedBy): preHandlerHookHandler | undefined {
  if (countedBy === 'none') return undefined;
  return (request, reply, done) => {
    const exceeded =
      countedBy === 'account' ? ofAccount(limiter, request) : ofAddress(limiter, countedBy, request);
    if (exceeded === undefined) done();
    else sendExceeded(reply, exceeded);
  };
}

function ofAccount(limiter: RateLimiter, request: FastifyRequest): Exceeded | undefined {
  const { accountId, scopes } = request;
  // Nobody is identified where that is not required: all of them must not share one count.
  if (accountId === '') return ofAddress(limiter, 'address', request);
  return isProgram(scopes) ? undefined : limiter.take('account', accountId);
}

function ofAddress(
  limiter: RateLimiter,
  name: 'address' | 'sign-in',
  request: FastifyRequest,
): Exceeded | undefined {
  return limiter.take(name, clientOf(request));
}

/** Whether a token is an operator's program or staff, who act for many buyers: one payment backend tops up for everybody. */
export function isProgram(scopes: ReadonlySet<string>): boolean {
  return scopes.size > 0 && hasServiceScope(scopes);
}

/** Answers 429 to a request too many. */
export function sendExceeded(reply: FastifyReply, { name, rate, waitMs }: Exceeded): void {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const windowSeconds = Math.ceil(rate.burst / rate.perSecond);
  reply.headers({
    'retry-after': String(seconds),
    'ratelimit-policy': `"${name}";q=${rate.burst};w=${windowSeconds}`,
    ratelimit: `"${name}";r=0;t=${seconds}`,
  });
  reply.refusalCause = name;
  sendRefusal(reply, refuse('rate_limited'));
}

/** Answers 429 to one stream too many of an address; nobody knows when one of the others ends. */
export function sendNoStream(reply: FastifyReply, streamsMax: number): void {
  reply.headers({ 'ratelimit-policy': `"streams";q=${streamsMax}`, ratelimit: '"streams";r=0' });
  reply.refusalCause = 'streams';
  sendRefusal(reply, refuse('rate_limited'));
}
