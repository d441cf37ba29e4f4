/**
 * The session of this browser. Where people sign in at an issuer, a cookie that no script can read names the account, and only
 * what the page shows of it is kept here. Elsewhere a token does: a buyer's is kept in localStorage, so that other tabs know
 * it, too; one that can do more than a buyer's is kept for its tab only, as it must not lie in the browser long after the
 * operator has gone.
 */
import type { ReadonlySignal } from '@preact/signals';
import { signal } from '@preact/signals';
import { signInKind } from '../routing/place.ts';
import { storage, tabStorage } from '../storage/storage.ts';

export interface Session {
  /** Null where the browser's cookie is the session. */
  readonly token: string | null;
  readonly accountId: string;
  /** As the issuer says them. */
  readonly name?: string;
  readonly email?: string;
  /** ISO 8601; a cookie's end is the service's to know. */
  readonly expiresAt?: string;
  /** `admin` does any of an operator's jobs. */
  readonly role: 'buyer' | 'admin';
  /** What it may do. A development token's are those of its role. */
  readonly scopes?: readonly string[];
  /** Where wallets are topped up by the operator's payment service alone. */
  readonly cannotTopUp?: true;
  /** Whether the session can do more than a buyer's. */
  readonly isPrivileged: boolean;
}

const STORED_AS = 'rowlock.session';

const current = signal<Session | undefined>(storedSession());

/** Whether the service has refused the session: the account is known, but has to sign in again. */
const refused = signal(false);

export const currentSession: ReadonlySignal<Session | undefined> = current;
export const sessionExpired: ReadonlySignal<boolean> = refused;

addEventListener('storage', (event) => {
  if (event.key !== STORED_AS && event.key !== null) return;
  current.value = storedSession();
  refused.value = false;
});

export function setSession(session: Session | undefined): void {
  storage.removeItem(STORED_AS);
  tabStorage.removeItem(STORED_AS);
  if (session !== undefined) keep(session);
  refused.value = false;
  current.value = session;
}

/** Notes that the service answered 401 to this session; a later one is not meant. */
export function noteRefused(session: Session): void {
  if (current.value === session) refused.value = true;
}

function keep(session: Session): void {
  const kept = session.isPrivileged && session.token !== null ? tabStorage : storage;
  kept.setItem(STORED_AS, JSON.stringify(session));
}

function storedSession(): Session | undefined {
  const ofTab = parsed(tabStorage.getItem(STORED_AS));
  const shared = parsed(storage.getItem(STORED_AS));
  // Earlier versions kept every token for all tabs.
  if (shared?.role === 'admin' && shared.token !== null) {
    storage.removeItem(STORED_AS);
    const moved = { ...shared, isPrivileged: true };
    if (ofTab === undefined) keep(moved);
    return ofTab ?? moved;
  }
  return ofTab ?? shared;
}

function parsed(stored: string | null): Session | undefined {
  if (stored === null) return undefined;
  try {
    const session = JSON.parse(stored) as Session;
    // One of the other kind is of a time when one signed in otherwise here, and works no more.
    return (session.token === null) === (signInKind === 'oidc') ? session : undefined;
  } catch {
    return undefined;
  }
}
