/** The box office's methods about people: sign-ins, sessions and profiles. */
import type { Refusal } from '../../domain/outcomes.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import type { Deadlines } from '../deadline.ts';
import { createKnownSessions } from './known-sessions.ts';
import type { Profile } from '../../identity/profiles.ts';
import type { FoundAccounts, ProfileErased } from './profiles.ts';
import { eraseProfile, findAccounts, readProfile } from './profiles.ts';
import type {
  KnownSession,
  OperatorRequest,
  SessionsEnded,
  SignedIn,
  SignedOut,
  SignInRequest,
} from './sessions.ts';
import { endSessions, findSession, signIn, signOut, signOutEverywhere, useSignIn } from './sessions.ts';

/** A write's refusals, and that it broke a rule. */
export type IdentityRefusal = ReadRefusal | Refusal<'outcome_unknown' | 'invalid_request'>;

export interface Identity {
  /** Opens a session for an account, whose identity the caller has proved, and refreshes its profile. */
  signIn(request: SignInRequest): Promise<SignedIn | IdentityRefusal>;
  /** Notes that a sign-in with this secret has come back from its issuer; false when it had come back before. */
  useSignIn(secret: string): Promise<boolean | IdentityRefusal>;
  /**
   * The session with this secret; undefined when there is none. A session that another process has ended is found for
   * `SESSION_FRESH_MS` (5 seconds) more at most.
   */
  findSession(secret: string): Promise<KnownSession | undefined | ReadRefusal | Refusal<'invalid_request'>>;
  /** Ends one session; to end none is a success, too. */
  signOut(secret: string): Promise<SignedOut | IdentityRefusal>;
  /** Ends every session of an account on its own behalf; `secret` names the one whose ID token is wanted. */
  signOutEverywhere(request: {
    readonly accountId: string;
    readonly secret?: string | undefined;
  }): Promise<SignedOut | IdentityRefusal>;
  /** Ends every session of an account, and notes in the operator log who asked for it. */
  endSessions(request: OperatorRequest): Promise<SessionsEnded | IdentityRefusal>;
  /** What is kept of an account. Refusals: `invalid_request`, `not_found` (`account`), and those of a read. */
  readProfile(
    accountId: string,
  ): Promise<Profile | Refusal<'not_found', never> | ReadRefusal | Refusal<'invalid_request'>>;
  /** Accounts by the beginning of a name or an e-mail address (2 characters or more), or by their id. */
  findAccounts(query: string): Promise<FoundAccounts | ReadRefusal | Refusal<'invalid_request'>>;
  /**
   * Erases an account's profile and ends its sessions, and notes in the operator log who asked for it; ledger, reservations
   * and tickets stay.
   */
  eraseProfile(request: OperatorRequest): Promise<ProfileErased | IdentityRefusal>;
}

/** Creates the methods, with the sessions that this process knows. */
export function createIdentity({ read, write }: Pick<Deadlines, 'read' | 'write'>): Identity {
  const known = createKnownSessions();
  type At = BoxOfficeContext;
  return {
    signIn: write(signIn),
    useSignIn: write(useSignIn),
    findSession: read((at: At, secret: string) => findSession(at, known, secret)),
    signOut: write((at: At, secret: string) => signOut(at, known, secret)),
    signOutEverywhere: write((at: At, request: Parameters<Identity['signOutEverywhere']>[0]) =>
      signOutEverywhere(at, known, request),
    ),
    endSessions: write((at: At, request: OperatorRequest) => endSessions(at, known, request)),
    readProfile: read(readProfile),
    findAccounts: read(findAccounts),
    eraseProfile: write((at: At, request: OperatorRequest) => eraseProfile(at, known, request)),
  };
}
