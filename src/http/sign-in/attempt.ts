/**
 * A sign-in that is under way, as the browser's cookie remembers it. The state, the nonce and the PKCE verifier are derived from
 * the cookie's random value: no process keeps anything until the browser is back, and a thousand sign-ins that are begun
 * write nothing. The state covers the whole cookie, so that what comes back fits to no other one.
 */
import { hash, randomBytes } from 'node:crypto';
import { SIGN_IN_SECONDS_MAX } from '../../identity/used-sign-ins.ts';

export { SIGN_IN_SECONDS_MAX };

/** The longest path that a sign-in leads back to. */
const RETURN_LENGTH_MAX = 1_024;

export interface Attempt {
  /** The cookie's value. */
  readonly cookie: string;
  /** What tells this browser's sign-ins apart: the beginning of the state. */
  readonly mark: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Where the browser goes afterwards: a path of this service. */
  readonly returnTo: string;
  readonly startedAtSeconds: number;
}

/** Begins a sign-in. */
export function beginAttempt(returnTo: string): Attempt {
  const secret = randomBytes(32).toString('base64url');
  const startedAt = Math.floor(Date.now() / 1_000);
  const cookie = `${secret}.${startedAt}.${Buffer.from(returnTo).toString('base64url')}`;
  return attemptOf(cookie, returnTo, startedAt);
}

/** The sign-in that a cookie remembers; undefined where it is none that this service has begun. */
export function readAttempt(cookie: string): Attempt | undefined {
  const [, startedAt = '', path = ''] = /^[\w-]{43}\.(\d{1,12})\.([\w-]*)$/.exec(cookie) ?? [];
  if (startedAt === '') return undefined;
  return attemptOf(cookie, localPath(Buffer.from(path, 'base64url').toString()), Number(startedAt));
}

/** Whether so much time has passed that the buyer must sign in again. */
export function isTooOld({ startedAtSeconds }: Attempt): boolean {
  const age = Date.now() / 1_000 - startedAtSeconds;
  // Another process's clock may be a little ahead.
  return age > SIGN_IN_SECONDS_MAX || age < -60;
}

function attemptOf(cookie: string, returnTo: string, startedAtSeconds: number): Attempt {
  const derived = (use: string): string => hash('sha256', `rowlock ${use} ${cookie}`, 'base64url');
  const state = derived('state');
  return {
    cookie,
    mark: state.slice(0, 12),
    state,
    nonce: derived('nonce'),
    verifier: derived('verifier'),
    returnTo,
    startedAtSeconds,
  };
}

/** A path of this service, as a browser would read it; `/` for anything that may lead elsewhere. */
export function localPath(given: unknown): string {
  if (typeof given !== 'string' || given.length > RETURN_LENGTH_MAX) return '/';
  // Browsers take a backslash for a slash and leave out line breaks, so neither may be in it.
  if (!/^\/(?![/\\])[^\\\p{Cc}\p{Cs}]*$/u.test(given)) return '/';
  const base = 'http://localhost';
  if (!URL.canParse(given, base)) return '/';
  const url = new URL(given, base);
  const path = `${url.pathname}${url.search}${url.hash}`;
  // `/.//elsewhere` becomes `//elsewhere`.
  const isLocal = url.origin === base && !path.startsWith('//') && path.length <= 2 * RETURN_LENGTH_MAX;
  return isLocal && !url.pathname.startsWith('/sign-') ? path : '/';
}
