/** Signing in and out. Rowlock has no accounts of its own: a token comes from the development route or is pasted. */
import { isOperator } from '../../../src/domain/scopes.ts';
import type { Answer } from './client.ts';
import { call } from './client.ts';
import type { Session } from '../session/current-session.ts';
import { currentSession, setSession } from '../session/current-session.ts';

export type { Session } from '../session/current-session.ts';

export const session = currentSession;

/** What an account may be called (`src/domain/ids.ts`), as a field's `pattern` takes it. */
export const ACCOUNT_ID_PATTERN = '[\\x21-\\x7e]{1,255}';

/** Gets a development token; where the service gives none the answer is `not_found`. */
export async function signIn(accountId: string, role: 'buyer' | 'admin'): Promise<Answer<Session>> {
  const answer = await call('POST /v1/dev/tokens', { body: { accountId, role }, token: null });
  if (!answer.ok) return answer;
  const { token, accountId: given, expiresAt } = answer.data;
  const made: Session = { token, accountId: given, expiresAt, role, isPrivileged: role === 'admin' };
  setSession(made);
  return { ok: true, status: answer.status, data: made };
}

/** What a token says of itself; undefined when it is none, or one without account or end. */
export function readToken(given: string): Session | undefined {
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
  };
}

/** Signs in with a token that an operator gave; undefined when it can't be read. */
export function signInWithToken(given: string): Session | undefined {
  const made = readToken(given);
  if (made !== undefined) setSession(made);
  return made;
}

export function signOut(): void {
  setSession(undefined);
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
