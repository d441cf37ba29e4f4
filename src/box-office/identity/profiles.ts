/** What is kept of an account beside its money: shown to it, looked up and erased by an operator. */
import type { Refusal } from '../../domain/outcomes.ts';
import { commit } from '../../db/database.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import * as stored from '../../identity/profiles.ts';
import type { Profile } from '../../identity/profiles.ts';
import { endSessionsOf } from '../../identity/sessions.ts';
import { noteAction } from '../../operator-log/note-action.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import { reading } from '../context.ts';
import type { KnownSessions } from './known-sessions.ts';
import type { OperatorRequest, SignOutRefusal } from './sessions.ts';
import { writing } from './writing.ts';

/** Accounts that a look-up has found. */
export interface FoundAccounts {
  readonly accounts: readonly Profile[];
  /** Whether there are more, which a longer query finds. */
  readonly hasMore: boolean;
}

/** A profile and its sessions are gone. */
export interface ProfileErased {
  readonly outcome: 'profile_erased';
  readonly sessions: number;
}

type Context = Pick<BoxOfficeContext, 'database' | 'deadline'>;

const noAccount = refuse('not_found', { what: 'account' });

/** What is kept of an account. Refusals: `not_found` (`account`: nothing is kept). */
export async function readProfile(
  context: Context,
  accountId: string,
): Promise<Profile | Refusal<'not_found', never> | ReadRefusal> {
  const profile = await reading(context, (connection) => stored.readProfile(connection, accountId));
  return profile ?? noAccount;
}

/** Accounts by the beginning of a name or an e-mail address, or by their id. */
export async function findAccounts(context: Context, query: string): Promise<FoundAccounts | ReadRefusal> {
  const most = stored.FOUND_ACCOUNTS_MAX;
  const found = await reading(context, (connection) => stored.findProfiles(connection, query, most + 1));
  if (isRefusal(found)) return found;
  return { accounts: found.slice(0, most), hasMore: found.length > most };
}

/**
 * Erases a profile, and ends the account's sessions: the next sign-in would write it again. Ledger, reservations and tickets
 * stay. An account without a profile is a success, too, and the operator log has a row only where something was erased or ended.
 */
export async function eraseProfile(
  context: Context,
  known: KnownSessions,
  { accountId, ...by }: OperatorRequest,
): Promise<ProfileErased | SignOutRefusal> {
  const erased = await writing(context, (connection) =>
    connection.transaction({}, async (tx) => {
      const sessions = (await endSessionsOf(tx, accountId)).length;
      const isErased = await stored.eraseProfile(tx, accountId);
      const action = isErased ? 'profile_erased' : 'sessions_ended';
      if (isErased || sessions > 0) await noteAction(tx, by, { action, accountId, details: { sessions } });
      return commit(sessions);
    }),
  );
  if (typeof erased !== 'number') return erased;
  known.endAll(accountId);
  return { outcome: 'profile_erased', sessions: erased };
}
