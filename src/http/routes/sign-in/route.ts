/** `GET /sign-in` leads to the issuer, `GET /sign-in/callback` is where it leads back. Both answer browsers, not programs. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_DAYS } from '../../../identity/sessions.ts';
import type { App, HttpContext } from '../../app.ts';
import type { OwnCookie } from '../../edge/session/cookies.ts';
import {
  sessionCookie,
  sessionSecretOf,
  setCookies,
  signInCookie,
  signInsOf,
} from '../../edge/session/cookies.ts';
import type { Origin } from '../../edge/session/origin.ts';
import type { Attempt } from '../../sign-in/attempt.ts';
import { localPath, readAttempt, SIGN_IN_SECONDS_MAX } from '../../sign-in/attempt.ts';
import type { Failure } from '../../sign-in/failures.ts';
import { sendFailure } from '../../sign-in/page.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';

/** Sign-ins that one browser may have under way, in as many tabs; the oldest make room. */
const SIGN_INS_MAX = 5;

const INSECURE: Failure = {
  reason: 'insecure',
  cause: 'the service is reached without TLS: give ROWLOCK_PUBLIC_URL, or ROWLOCK_TRUSTED_PROXIES',
};

type Query = Readonly<Record<string, unknown>>;

/** Registers both routes, for a service that signs in at an issuer. */
export function signInRoutes(
  app: App,
  { senders: { originOf }, boxOffice: { identity } }: HttpContext,
  signIn: SignIn,
): void {
  const page = {
    method: 'GET',
    schema: { hide: true },
    config: { access: 'public', rate: 'sign-in' },
  } as const;
  const redirectUriAt = ({ url }: Origin): string => `${url}${app.basePath}/sign-in/callback`;

  app.route({
    ...page,
    url: '/sign-in',
    handler: async (request, reply) => {
      const origin = originOf(request);
      const returnTo = localPath((request.query as Query)['return']);
      if (!origin.isTrusted) return sendFailure(request, reply, INSECURE, returnTo);
      const begun = await signIn.begin(redirectUriAt(origin), returnTo);
      if ('failure' in begun) return sendFailure(request, reply, begun.failure, returnTo);
      const { mark, cookie } = begun.attempt;
      setCookies(reply, origin, [
        ...forgetOldest(signInsOf(request, origin)),
        signInCookie(mark, cookie, SIGN_IN_SECONDS_MAX),
      ]);
      return reply.code(303).headers({ location: begun.url, 'cache-control': 'no-store' }).send();
    },
  });

  app.route({
    ...page,
    url: '/sign-in/callback',
    handler: async (request, reply) => {
      const origin = originOf(request);
      const attempt = attemptOf(request, origin);
      if (attempt === undefined) {
        const cause = 'the state belongs to no sign-in that this browser has begun';
        return sendFailure(request, reply, { reason: 'other_browser', cause }, '/');
      }
      const search = request.raw.url?.replace(/^[^?]*/, '') ?? '';
      const redirectUri = redirectUriAt(origin);
      const finished = await signIn.finish({ attempt, redirectUri, search, log: request.log });
      if ('failure' in finished) return answerFailure(request, reply, origin, attempt, finished.failure);
      // Rotated: who knew the session of before knows nothing of this one.
      const before = sessionSecretOf(request, origin);
      if (before !== undefined) await identity.signOut(before);
      setCookies(reply, origin, [
        signInCookie(attempt.mark, '', 0),
        sessionCookie(finished.secret, SESSION_DAYS * 86_400),
      ]);
      reply.outcome = 'signed_in';
      return reply.code(303).headers({ location: attempt.returnTo, 'cache-control': 'no-store' }).send();
    },
  });
}

/** The sign-in that the parameter `state` names, if this browser has begun it. */
function attemptOf(request: FastifyRequest, origin: Origin): Attempt | undefined {
  const { state } = request.query as Query;
  if (typeof state !== 'string') return undefined;
  const attempts = [...signInsOf(request, origin).values()].map(readAttempt);
  return attempts.find((attempt) => attempt?.state === state);
}

function answerFailure(
  request: FastifyRequest,
  reply: FastifyReply,
  origin: Origin,
  { mark, returnTo }: Attempt,
  failure: Failure,
): FastifyReply {
  // Where only the issuer is away, a reload may succeed.
  if (failure.reason !== 'unavailable') setCookies(reply, origin, [signInCookie(mark, '', 0)]);
  return sendFailure(request, reply, failure, returnTo);
}

/** Removes what leaves no room for one more sign-in. */
function forgetOldest(underWay: ReadonlyMap<string, string>): readonly OwnCookie[] {
  const startOf = (cookie: string): number => readAttempt(cookie)?.startedAtSeconds ?? 0;
  const oldestFirst = [...underWay].toSorted(([, a], [, b]) => startOf(a) - startOf(b));
  const excess = Math.max(0, oldestFirst.length + 1 - SIGN_INS_MAX);
  return oldestFirst.slice(0, excess).map(([mark]) => signInCookie(mark, '', 0));
}
