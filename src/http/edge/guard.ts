/**
 * Checks every request before its route, in the refusal order: identity (401), the page that a browser's request comes from and
 * the scope (403); then, after
 * Fastify has read and validated the body (400), the rate (429), the Idempotency-Key (400) and impossible ids
 * (404).
 *
 * A route declares these in its `config`; one that declares no access is refused at start.
 */
import type {
  FastifyContextConfig,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
  onRequestHookHandler,
  preHandlerHookHandler,
} from 'fastify';
import {
  ACCOUNT_ID_PATTERN,
  CATALOGUE_ID_PATTERN,
  IDEMPOTENCY_KEY_PATTERN,
  UUID_PATTERN,
} from '../../domain/ids.ts';
import type { RefusalCode } from '../../domain/outcomes.ts';
import type { Scope } from '../../domain/scopes.ts';
import { admits } from '../../domain/scopes.ts';
import type { By } from '../../operator-log/note-action.ts';
import type { Identify } from './session/identify.ts';
import type { OriginOf } from './session/origin.ts';
import { foreignReason, isWrite } from './session/origin.ts';
import type { Identity, Unidentified } from './tokens/identity.ts';
import { clientOf } from './client/address.ts';
import { sendBrokenRules, sendProblem, sendRefusal } from '../answers/problem.ts';
import { rateGuard, sendExceeded } from './rates/guard.ts';
import type { RateLimiter } from './rates/limiter.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The callers that the route admits: anyone, any account, or a token with this scope, or with one of these. */
    readonly access?: 'public' | 'account' | Scope | readonly Scope[];
    /** Where the performance stands that a bound scope may name: in the path, or in this query parameter. */
    readonly performanceInQuery?: string;
    /** Whether the route needs an Idempotency-Key. */
    readonly needsKey?: boolean;
    /** Whether a second request without a key finds that the first one did it, and says so. */
    readonly isRepeatable?: boolean;
    /** What the box office may refuse here, besides the guard's own refusals. */
    readonly refusals?: readonly RefusalCode[];
  }
  interface FastifyRequest {
    /** The token's or session's account; empty on public routes. */
    accountId: string;
    /** The token's or session's scopes; none on public routes. */
    scopes: ReadonlySet<string>;
    /** Empty on routes without one. */
    idempotencyKey: string;
  }
}

/** The codes of a box office method's refusals. */
type CodeOf<Method extends (...given: never[]) => Promise<unknown>> = Extract<
  Awaited<ReturnType<Method>>,
  { readonly outcome: RefusalCode }
>['outcome'];

/**
 * Refusals that routes need not declare: the guard refuses inputs and ids too, and any database may be busy.
 */
type Understood = 'invalid_request' | 'not_found' | 'contended' | 'overloaded';

/** A method's refusals, exactly: the compiler compares them with the method's type. */
export function refusalsOf<Method extends (...given: never[]) => Promise<unknown>>(
  codes: Record<Exclude<CodeOf<Method>, Understood>, true>,
): readonly RefusalCode[] {
  return Object.keys(codes) as RefusalCode[];
}

/** How the guard knows senders. */
export interface Senders {
  readonly identify: Identify;
  readonly originOf: OriginOf;
}

/** Attaches the guard to every route registered after it. */
export function guardRoutes(app: FastifyInstance, senders: Senders, rates: RateLimiter): void {
  app.decorateRequest('accountId', '');
  app.decorateRequest('scopes');
  app.decorateRequest('idempotencyKey', '');
  app.addHook('onRoute', (route) => {
    const { access, performanceInQuery, needsKey, rate } = route.config ?? {};
    if (access === undefined) {
      if (route.schema?.hide === true) return;
      throw new Error(`${String(route.method)} ${route.url} does not declare who may call it`);
    }
    const ofRoute = [route.onRequest ?? []].flat();
    const guard =
      access === 'public'
        ? undefined
        : accessGuard(senders, rates, scopesOf(access), (request) =>
            performanceOf(request, performanceInQuery),
          );
    route.onRequest = listed(guard, ...ofRoute);
    const limit = rateGuard(rates, rate ?? (access === 'public' ? 'address' : 'account'));
    route.preHandler = listed(limit, needsKey === true ? keyGuard : undefined, idGuard(route.url));
  });
}

/** The scopes of which a caller needs one; none where any account is admitted. */
export function scopesOf(access: FastifyContextConfig['access']): readonly Scope[] {
  if (access === undefined || access === 'public' || access === 'account') return [];
  return typeof access === 'string' ? [access] : access;
}

/** The performance that the request is about. Its id is checked later: no scope is bound to an impossible one. */
function performanceOf({ params, query }: FastifyRequest, inQuery: string | undefined): string | undefined {
  const given =
    inQuery === undefined
      ? (params as Readonly<Record<string, unknown>>)['performanceId']
      : (query as Readonly<Record<string, unknown>>)[inQuery];
  return typeof given === 'string' ? given : undefined;
}

function listed<Hook>(...hooks: (Hook | undefined)[]): Hook[] {
  return hooks.filter((hook) => hook !== undefined);
}

function accessGuard(
  { identify, originOf }: Senders,
  rates: RateLimiter,
  scopes: readonly Scope[],
  performanceIn: (request: FastifyRequest) => string | undefined,
): onRequestHookHandler {
  const admit = (
    found: Identity | Unidentified,
    request: FastifyRequest,
    reply: FastifyReply,
    done: HookHandlerDoneFunction,
  ): void => {
    if ('unidentified' in found) return refuseUnidentified(reply, found, rates);
    const foreign =
      found.isSession === true && isWrite(request) ? foreignReason(request, originOf(request)) : undefined;
    if (foreign !== undefined) return refuseForeign(reply, foreign);
    if (scopes.length > 0) {
      const performanceId = performanceIn(request);
      const isAdmitted = scopes.some((scope) => admits(found.scopes, scope, performanceId));
      if (!isAdmitted) return refuseScope(reply, scopes, isHeldBound(found.scopes, scopes));
    }
    request.accountId = found.accountId;
    request.scopes = found.scopes;
    reply.header('cache-control', 'no-store');
    done();
  };
  // Most senders are identified at once: no promise is made for them.
  return (request, reply, done) => {
    const found = identify(request);
    if (found instanceof Promise) found.then((later) => admit(later, request, reply, done), done);
    else admit(found, request, reply, done);
  };
}

/** Answers 401, or 503 where nobody could be identified. */
export function refuseUnidentified(
  reply: FastifyReply,
  { unidentified, reason, refusal }: Unidentified,
  rates: RateLimiter,
): void {
  // The operator must learn why tokens fail; a missing or expired token is no fault.
  if (unidentified === 'invalid' || unidentified === 'unavailable') reply.refusalCause = reason;
  if (unidentified === 'unavailable') {
    sendRefusal(reply, refusal ?? { outcome: 'overloaded', cause: 'jwks' });
    return;
  }
  // A token that is verified is never counted by its address, which others share.
  const exceeded =
    unidentified === 'invalid' ? rates.take('unidentified', clientOf(reply.request)) : undefined;
  if (exceeded !== undefined) return sendExceeded(reply, exceeded);
  // RFC 6750 section 3.1: a request without a token gets no error code.
  reply.header('www-authenticate', unidentified === 'missing' ? 'Bearer' : 'Bearer error="invalid_token"');
  sendProblem(reply, 'unauthenticated', { detail: reason });
}

/** Answers 403 for a browser's request that may come from another site's page. */
export function refuseForeign(reply: FastifyReply, reason: string): void {
  reply.refusalCause = reason;
  sendProblem(reply, 'forbidden', { detail: reason });
}

/** On whose behalf the request is made, for the operator log. */
export function byOf({ accountId: actor, id: requestId }: FastifyRequest): By {
  return { actor, requestId };
}

/** Answers 403 for a token without any of the scopes, or one whose own is bound to something else. */
export function refuseScope(reply: FastifyReply, scopes: readonly Scope[], isBound = false): void {
  const [first = ''] = scopes;
  const needed = scopes.length === 1 ? `the scope ${first}` : `one of the scopes ${scopes.join(', ')}`;
  const reason = `The token needs ${needed}${isBound ? ': its own is bound to a performance' : ''}.`;
  reply.refusalCause = reason;
  reply.header('www-authenticate', `Bearer error="insufficient_scope", scope="${first}"`);
  sendProblem(reply, 'forbidden', { detail: reason });
}

/** Whether one of the scopes is held, but for a performance only. */
function isHeldBound(held: ReadonlySet<string>, scopes: readonly Scope[]): boolean {
  const bound = new Set([...held].flatMap((each) => (each.includes('@') ? each.split('@', 1) : [])));
  return scopes.some((scope) => admits(bound, scope));
}

const key = new RegExp(IDEMPOTENCY_KEY_PATTERN);

const keyGuard: preHandlerHookHandler = (request, reply, done) => {
  const given = request.headers['idempotency-key'];
  if (given === undefined || given === '') sendRefusal(reply, { outcome: 'idempotency_key_missing' });
  else if (typeof given !== 'string' || !key.test(given)) {
    const rule = 'must be 1 to 255 printable ASCII characters without spaces, sent once';
    sendBrokenRules(reply, [{ path: 'header/Idempotency-Key', rule }]);
  } else {
    request.idempotencyKey = given;
    done();
  }
};

const catalogueId = new RegExp(CATALOGUE_ID_PATTERN);
const uuid = new RegExp(UUID_PATTERN);

const ID_PARAMS = [
  { what: 'concert', param: 'concertId', pattern: catalogueId },
  { what: 'performance', param: 'performanceId', pattern: catalogueId },
  { what: 'reservation', param: 'reservationId', pattern: uuid },
  { what: 'account', param: 'accountId', pattern: new RegExp(ACCOUNT_ID_PATTERN) },
] as const;

/** An impossible id is not found, so nothing odd from a path reaches the database. */
function idGuard(url: string): preHandlerHookHandler | undefined {
  const ids = ID_PARAMS.filter(({ param }) => url.includes(`:${param}`));
  if (ids.length === 0) return undefined;
  return (request, reply, done) => {
    const params = request.params as Readonly<Record<string, string>>;
    const impossible = ids.find(({ param, pattern }) => !pattern.test(params[param] ?? ''));
    if (impossible === undefined) done();
    else sendRefusal(reply, { outcome: 'not_found', what: impossible.what });
  };
}
