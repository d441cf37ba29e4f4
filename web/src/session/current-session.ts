/**
 * The session of this browser. A buyer's is kept in localStorage, so that other tabs know it, too. A token that can do more
 * than a buyer's is kept for its tab only: it must not lie in the browser long after the operator has gone.
 */
import type { ReadonlySignal } from '@preact/signals';
import { signal } from '@preact/signals';
import { storage, tabStorage } from '../storage/storage.ts';

export interface Session {
  readonly token: string;
  readonly accountId: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** `admin` does any of an operator's jobs. */
  readonly role: 'buyer' | 'admin';
  /** What it may do. A development token's are those of its role. */
  readonly scopes?: readonly string[];
  /** Whether the token can do more than a buyer's. */
  readonly isPrivileged: boolean;
}

const STORED_AS = 'rowlock.session';

const current = signal<Session | undefined>(storedSession());

/** Whether the service has refused the token: the account is known, but has to sign in again. */
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

/** Notes that the service answered 401 to this token; a later token is not meant. */
export function noteRefusedToken(token: string): void {
  if (current.value?.token === token) refused.value = true;
}

function keep(session: Session): void {
  const kept = session.isPrivileged ? tabStorage : storage;
  kept.setItem(STORED_AS, JSON.stringify(session));
}

function storedSession(): Session | undefined {
  const ofTab = parsed(tabStorage.getItem(STORED_AS));
  const shared = parsed(storage.getItem(STORED_AS));
  // Earlier versions kept every token for all tabs.
  if (shared?.role === 'admin') {
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
    return JSON.parse(stored) as Session;
  } catch {
    return undefined;
  }
}
