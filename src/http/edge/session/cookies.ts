/**
 * The cookies of a browser's session and sign-in. Over TLS their names begin with `__Host-`: no other host, and no page without
 * TLS, can set such a cookie (RFC 6265bis section 4.1.3.2). Without TLS there are cookies on this machine only.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fastifyCookie } from '@fastify/cookie';
import type { Origin } from './origin.ts';

const SESSION = 'rowlock';
const SIGN_IN = 'rowlock-sign-in-';
const HOST_ONLY = '__Host-';

/** A cookie that this service sets. */
export interface OwnCookie {
  /** Without the prefix. */
  readonly name: string;
  readonly value: string;
  /** Left out for one that ends with the browser's session; 0 removes it. */
  readonly maxAgeSeconds?: number;
}

/** The secret of the browser's session; undefined where it sends none. */
export function sessionSecretOf(request: FastifyRequest, origin: Origin): string | undefined {
  // Most requests of programs have no cookie.
  return request.headers.cookie === undefined ? undefined : cookiesOf(request, origin).get(SESSION);
}

/** The sign-ins that the browser has begun: what each remembers, by its mark. */
export function signInsOf(request: FastifyRequest, origin: Origin): ReadonlyMap<string, string> {
  const found = [...cookiesOf(request, origin)].filter(([name]) => name.startsWith(SIGN_IN));
  return new Map(found.map(([name, value]) => [name.slice(SIGN_IN.length), value]));
}

/** The cookie of a session, which the browser keeps for so long. */
export function sessionCookie(secret: string, maxAgeSeconds: number): OwnCookie {
  return { name: SESSION, value: secret, maxAgeSeconds };
}

/** The cookie of a sign-in that is under way. */
export function signInCookie(mark: string, value: string, maxAgeSeconds: number): OwnCookie {
  return { name: `${SIGN_IN}${mark}`, value, maxAgeSeconds };
}

/** Sets the cookies: for this host and all its paths, for no script and for no other site's requests. */
export function setCookies(
  reply: FastifyReply,
  { isTls }: Pick<Origin, 'isTls'>,
  cookies: readonly OwnCookie[],
): void {
  const texts = cookies.map(({ name, value, maxAgeSeconds }) =>
    fastifyCookie.serialize(`${isTls ? HOST_ONLY : ''}${name}`, value, {
      path: '/',
      httpOnly: true,
      secure: isTls,
      // Lax: the browser sends it when the issuer, which is another site, leads back here.
      sameSite: 'lax',
      ...(maxAgeSeconds !== undefined && { maxAge: maxAgeSeconds }),
    }),
  );
  if (texts.length > 0) reply.header('set-cookie', texts);
}

/** The request's cookies that this service can have set, by their names without the prefix. */
function cookiesOf(request: FastifyRequest, { isTls, isTrusted }: Origin): ReadonlyMap<string, string> {
  const { cookie } = request.headers;
  if (cookie === undefined || !isTrusted) return new Map();
  const prefix = isTls ? HOST_ONLY : '';
  const own = Object.entries(fastifyCookie.parse(cookie)).filter(
    ([name, value]) => name.startsWith(`${prefix}${SESSION}`) && value !== undefined && value !== '',
  );
  return new Map(own.map(([name, value]) => [name.slice(prefix.length), value ?? '']));
}
