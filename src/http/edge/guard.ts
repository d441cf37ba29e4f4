/**
 * Checks every request before its route, in the refusal order: identity (401), the page that a browser's request comes from and
 * the scope (403); then, after
 * Fastify has read and validated the body (400), the rate (429), the Idempotency-Key (400) and impossible ids
 * (404).
 *
 * A route declares these in its `config`; one that declares no access is refused at start.
 */
import type {
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
import type { Identify } from './session/identify.ts';
import type { OriginOf } from './session/origin.ts';
import { foreignReason, isWrite } from './session/origin.ts';
import type { Identity, Scope, Unidentified } from './tokens/identity.ts';
import { clientOf } from './client-address.ts';
import type { HttpLimits } from './limits.ts';
import { sendBrokenRules, sendProblem, sendRefusal } from '../answers/problem.ts';
import { createRateLimiter } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The callers that the route admits: anyone, any account, or a token with this scope. */
    readonly access?: 'public' | 'account' | Scope;
    /** A weaker scope that is also admitted; the route then checks `request.scopes`. */
    readonly lesserScope?: Scope | undefined;
    /** Whether the route needs an Idempotency-Key. */
    readonly needsKey?: boolean;
    /** Whether a second request without a key finds that the first one did it, and says so. */
    readonly isRepeatable?: boolean;
    /** What the box office may refuse here, besides the guard's own refusals. */
    readonly refusals?: readonly RefusalCode[];
    /** Which rate counts the route's requests by address, whether they are identified or not. */
    readonly rate?: 'sign-in';
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
export function guardRoutes(app: FastifyInstance, senders: Senders, limits: HttpLimits): void {
  app.decorateRequest('accountId', '');
  app.decorateRequest('scopes');
  app.decorateRequest('idempotencyKey', '');
  const rateLimit = limits.rate === undefined ? undefined : rateGuard(limits.rate);
  app.addHook('onRoute', (route) => {
    const { access, lesserScope, needsKey } = route.config ?? {};
    if (access === undefined) {
      if (route.schema?.hide === true) return;
      throw new Error(`${String(route.method)} ${route.url} does not declare who may call it`);
    }
    const scope = access === 'public' || access === 'account' ? undefined : access;
    const ofRoute = [route.onRequest ?? []].flat();
    const guard = access === 'public' ? undefined : accessGuard(senders, scope, lesserScope);
    route.onRequest = listed(guard, ...ofRoute);
    route.preHandler = listed(rateLimit, needsKey === true ? keyGuard : undefined, idGuard(route.url));
  });
}

function listed<Hook>(...hooks: (Hook | undefined)[]): Hook[] {
  return hooks.filter((hook) => hook !== undefined);
}

function accessGuard(
  { identify, originOf }: Senders,
  scope: Scope | undefined,
  lesserScope: Scope | undefined,
): onRequestHookHandler {
  const admit = (
    found: Identity | Unidentified,
    request: FastifyRequest,
    reply: FastifyReply,
    done: HookHandlerDoneFunction,
  ): void => {
    if ('unidentified' in found) return refuseUnidentified(reply, found);
    const foreign =
      found.isSession === true && isWrite(request) ? foreignReason(request, originOf(request)) : undefined;
    if (foreign !== undefined) return refuseForeign(reply, foreign);
    const admits = [scope, lesserScope].some((each) => each !== undefined && found.scopes.has(each));
    if (scope !== undefined && !admits) return refuseScope(reply, scope);
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
): void {
  // The operator must learn why tokens fail; a missing or expired token is no fault.
  if (unidentified === 'invalid' || unidentified === 'unavailable') reply.refusalCause = reason;
  if (unidentified === 'unavailable') {
    sendRefusal(reply, refusal ?? { outcome: 'overloaded', cause: 'jwks' });
    return;
  }
  // RFC 6750 section 3.1: a request without a token gets no error code.
  reply.header('www-authenticate', unidentified === 'missing' ? 'Bearer' : 'Bearer error="invalid_token"');
  sendProblem(reply, 'unauthenticated', { detail: reason });
}

/** Answers 403 for a browser's request that may come from another site's page. */
export function refuseForeign(reply: FastifyReply, reason: string): void {
  reply.refusalCause = reason;
  sendProblem(reply, 'forbidden', { detail: reason });
}

/** Answers 403 for a token without the scope. */
export function refuseScope(reply: FastifyReply, scope: Scope): void {
  const reason = `The token needs the scope ${scope}.`;
  reply.refusalCause = reason;
  reply.header('www-authenticate', `Bearer error="insufficient_scope", scope="${scope}"`);
  sendProblem(reply, 'forbidden', { detail: reason });
}

function rateGuard(rate: NonNullable<HttpLimits['rate']>): preHandlerHookHandler {
  const limiter = createRateLimiter(rate);
  return (request, reply, done) => {
    if (limiter.admits(request.accountId || clientOf(request))) done();
    else sendRefusal(reply, { outcome: 'rate_limited' });
  };
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
