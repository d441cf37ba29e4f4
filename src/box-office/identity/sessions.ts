/** Signing in and out: the sessions of browsers. */
import { randomBytes } from 'node:crypto';
import { commit } from '../../db/database.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { isRefusal } from '../../domain/outcomes.ts';
import * as stored from '../../identity/sessions.ts';
import { keptEmail, keptName, writeProfile } from '../../identity/profiles.ts';
import { noteSignInUse } from '../../identity/used-sign-ins.ts';
import type { By } from '../../operator-log/note-action.ts';
import { noteAction } from '../../operator-log/note-action.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import { reading } from '../context.ts';
import type { KnownSession, KnownSessions } from './known-sessions.ts';
import { writing } from './writing.ts';

export type { KnownSession } from './known-sessions.ts';

/** What an issuer says of the account that has signed in there. */
export interface SignInRequest {
  readonly accountId: string;
  readonly scopes: readonly string[];
  /** Any text; what can't be kept counts as none. */
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  /** Kept for a sign-out at the issuer. */
  readonly idToken?: string | undefined;
}

export interface SignedIn {
  readonly outcome: 'signed_in';
  /** What the browser's cookie holds; the database has only its hash. */
  readonly secret: string;
}

/** A session that has ended. */
export interface SignedOut {
  readonly outcome: 'signed_out';
  /** How many sessions have ended. */
  readonly sessions: number;
  /** The issuer's, of the session that was named. */
  readonly idToken: string | undefined;
}

/** An account's sessions have ended, as an operator asked. */
export interface SessionsEnded {
  readonly outcome: 'sessions_ended';
  readonly sessions: number;
}

/** What an operator asks for about one account. */
export interface OperatorRequest extends By {
  readonly accountId: string;
}

export type SignOutRefusal = ReadRefusal | Refusal<'outcome_unknown'>;

type Context = Pick<BoxOfficeContext, 'database' | 'deadline'>;

/** Form of the secrets that this service makes: 32 random bytes in base64url. */
const SECRET = /^[\w-]{43}$/;

/** Opens a session and writes the account's profile. */
export async function signIn(
  context: Context,
  { accountId, scopes, idToken, name, email }: SignInRequest,
): Promise<SignedIn | SignOutRefusal> {
  const secret = randomBytes(32).toString('base64url');
  const opened = await writing(context, async (connection) => {
    await writeProfile(connection, accountId, { name: keptName(name), email: keptEmail(email) });
    await stored.openSession(connection, stored.keyOfSecret(secret), { accountId, scopes, idToken });
  });
  return opened === undefined ? { outcome: 'signed_in', secret } : opened;
}

/** Notes that a sign-in has come back from the issuer; false when it had come back before. */
export async function useSignIn(context: Context, secret: string): Promise<boolean | SignOutRefusal> {
  return writing(context, (connection) => noteSignInUse(connection, stored.keyOfSecret(secret)), {
    // A repeat would find the first try, and refuse its own browser.
    isRepeatable: false,
  });
}

/** The session of a cookie's secret; undefined when there is none. */
export async function findSession(
  context: Context,
  known: KnownSessions,
  secret: string,
): Promise<KnownSession | undefined | ReadRefusal> {
  if (!SECRET.test(secret)) return undefined;
  const key = stored.keyOfSecret(secret);
  const name = key.toString('hex');
  const fresh = known.find(name);
  if (fresh !== undefined) return fresh.session;
  const found = await reading(context, (connection) => stored.findSession(connection, key));
  if (found === undefined) known.note(name, undefined);
  if (found === undefined || isRefusal(found)) return found;
  const { accountId, scopes, secondsLeft, isUseDue } = found;
  const session = { accountId, scopes: new Set(scopes) };
  known.note(name, session, secondsLeft * 1_000);
  // The request does not wait for it. The next one makes up for a failed note.
  if (isUseDue) void noteUse(context, secret);
  return session;
}

async function noteUse({ database }: Context, secret: string): Promise<void> {
  const key = stored.keyOfSecret(secret);
  await database.connect((connection) => stored.noteSessionUse(connection, key)).catch(() => undefined);
}

/** Ends the session of a secret. To end none is a success, too. */
export async function signOut(
  context: Context,
  known: KnownSessions,
  secret: string,
): Promise<SignedOut | SignOutRefusal> {
  const key = stored.keyOfSecret(secret);
  const ended = await writing(context, (connection) => stored.endSession(connection, key));
  if (ended !== undefined && isRefusal(ended)) return ended;
  known.note(key.toString('hex'), undefined);
  return { outcome: 'signed_out', sessions: ended === undefined ? 0 : 1, idToken: ended?.idToken };
}

/** Ends every session of an account on its own behalf; `secret` names the one whose ID token is wanted. */
export async function signOutEverywhere(
  context: Context,
  known: KnownSessions,
  { accountId, secret }: { readonly accountId: string; readonly secret?: string | undefined },
): Promise<SignedOut | SignOutRefusal> {
  const ended = await writing(context, (connection) =>
    connection.transaction({}, async (tx) => commit(await stored.endSessionsOf(tx, accountId))),
  );
  if (isRefusal(ended)) return ended;
  known.endAll(accountId);
  const own = secret === undefined ? undefined : stored.keyOfSecret(secret);
  const idToken = ended.find(({ key }) => own?.equals(key) === true)?.idToken;
  return { outcome: 'signed_out', sessions: ended.length, idToken };
}

/**
 * Ends every session of an account on behalf of an operator. To end none is a success, too, of which the operator log has
 * no row.
 */
export async function endSessions(
  context: Context,
  known: KnownSessions,
  { accountId, ...by }: OperatorRequest,
): Promise<SessionsEnded | SignOutRefusal> {
  const ended = await writing(context, (connection) =>
    connection.transaction({}, async (tx) => {
      const sessions = (await stored.endSessionsOf(tx, accountId)).length;
      if (sessions > 0)
        await noteAction(tx, by, { action: 'sessions_ended', accountId, details: { sessions } });
      return commit(sessions);
    }),
  );
  if (typeof ended !== 'number') return ended;
  known.endAll(accountId);
  return { outcome: 'sessions_ended', sessions: ended };
}
