/**
 * Signing in and out. Rowlock has no accounts of its own: people sign in at an issuer, and a development service gives a token to
 * a name. A token of a program may be pasted where there is neither.
 */
import { isOperator } from '../../../src/domain/scopes.ts';
import type { Answer, Problem } from './client.ts';
import { call } from './client.ts';
import type { ReadSessionAnswer } from './types.ts';
import { here, signInKind, toBrowser } from '../routing/place.ts';
import type { Session } from '../session/current-session.ts';
import { currentSession, noteRefused, sessionExpired, setSession } from '../session/current-session.ts';

export type { Session } from '../session/current-session.ts';
export { signInKind } from '../routing/place.ts';

export const session = currentSession;

/** What an account may be called (`src/domain/ids.ts`), as a field's `pattern` takes it. */
export const ACCOUNT_ID_PATTERN = '[\\x21-\\x7e]{1,255}';

/** What the pages call an account. */
export function nameOf({ name, email, accountId }: Session): string {
  return name ?? email ?? accountId;
}

/** The e-mail address, where the account's name does not say it already. */
export function emailBeside({ name, email }: Session): string | undefined {
  return name === undefined ? undefined : email;
}

/** Goes to the issuer, and comes back to the page that is shown. What the page keeps over a reload is there again. */
export function goToSignIn(): void {
  location.assign(toBrowser(`/sign-in?return=${encodeURIComponent(here())}`));
}

/** Finds out whom the cookie names, now and whenever the reader comes back to a page whose session has ended. */
export function startSession(): void {
  if (signInKind !== 'oidc') return;
  void refreshSession();
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) void refreshSession();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && sessionExpired.peek()) void refreshSession();
  });
}

/** Without an answer all stays as it is known. */
async function refreshSession(): Promise<void> {
  const answer = await call('GET /v1/session', { session: null });
  if (!answer.ok) return;
  const known = currentSession.peek();
  const found = sessionOf(answer.data);
  // It has ended: the page stays, with what was typed into it, until somebody signs in again.
  if (found === undefined) {
    if (known !== undefined) noteRefused(known);
  } else if (sessionExpired.peek() || JSON.stringify(found) !== JSON.stringify(known)) setSession(found);
}

function sessionOf({ account }: ReadSessionAnswer): Session | undefined {
  if (account === null) return undefined;
  const { accountId, name, email, scopes } = account;
  return {
    token: null,
    accountId,
    ...(name !== null && { name }),
    ...(email !== null && { email }),
    role: isOperator(scopes) ? 'admin' : 'buyer',
    scopes,
    isPrivileged: scopes.length > 0,
    ...(!scopes.includes('rowlock:top-up') && { cannotTopUp: true }),
  };
}

/** Gets a development token; where the service gives none the answer is `not_found`. */
export async function signIn(accountId: string, role: 'buyer' | 'admin'): Promise<Answer<Session>> {
  const answer = await call('POST /v1/dev/tokens', { body: { accountId, role }, session: null });
  if (!answer.ok) return answer;
  const { token, accountId: given, expiresAt } = answer.data;
  const made: Session = { token, accountId: given, expiresAt, role, isPrivileged: role === 'admin' };
  setSession(made);
  return { ok: true, status: answer.status, data: made };
}

/** Signs in with a token that an operator gave; undefined when it can't be read. */
export function signInWithToken(given: string): Session | undefined {
  const made = readToken(given);
  if (made !== undefined) setSession(made);
  return made;
}

interface SignedOut {
  /** Why the session goes on. */
  readonly problem: Problem | undefined;
  /** Whether the browser is on its way to the issuer. */
  readonly isLeaving: boolean;
}

/**
 * Signs out, here or on every device, and at the issuer where that is possible: then the browser leaves for it. A refusal leaves
 * everything as it is, and so does no connection: the cookie can't be removed from here.
 */
export async function signOut(where: 'here' | 'everywhere'): Promise<SignedOut> {
  if (currentSession.peek()?.token !== null) {
    setSession(undefined);
    return { problem: undefined, isLeaving: false };
  }
  // Signs the browser out, also when another tab has signed in as somebody else by now.
  const answer =
    where === 'here'
      ? await call('POST /sign-out', { session: null })
      : await call('POST /sign-out/everywhere');
  if (!answer.ok && answer.problem.outcome !== 'unauthenticated') {
    return { problem: answer.problem, isLeaving: false };
  }
  setSession(undefined);
  const url = answer.ok ? answer.data.signOutUrl : null;
  if (url !== null) location.assign(url);
  return { problem: undefined, isLeaving: url !== null };
}

/** What a token says of itself; undefined when it is none, or one without account or end. */
function readToken(given: string): Session | undefined {
  const token = given.trim();
  const claims = claimsOf(token);
  if (typeof claims?.['sub'] !== 'string' || typeof claims['exp'] !== 'number') return undefined;
  const scopes = scopesIn(claims);
  return {
    token,
    accountId: claims['sub'],
    expiresAt: new Date(claims['exp'] * 1000).toISOString(),
    role: isOperator(scopes) ? 'admin' : 'buyer',
    scopes,
    isPrivileged: scopes.some((scope) => scope.startsWith('rowlock:') && scope !== 'rowlock:top-up-own'),
    ...(!scopes.some((scope) => scope.startsWith('rowlock:top-up')) && { cannotTopUp: true }),
  };
}

function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const payload = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (character) => character.codePointAt(0)!);
    return JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** RFC 8693 has `scope` as one text; some issuers send a list, or name it `scp`. The service has the last word. */
function scopesIn(claims: Readonly<Record<string, unknown>>): readonly string[] {
  const scope = claims['scope'] ?? claims['scp'];
  if (typeof scope === 'string') return scope.split(' ');
  return Array.isArray(scope) ? scope.map(String) : [];
}
