/** The account signed in here, kept in localStorage so that a reload and other tabs know it too. */
import type { ReadonlySignal } from '@preact/signals';
import { signal } from '@preact/signals';
import { storage } from '../storage/storage.ts';

export interface Session {
  readonly token: string;
  readonly accountId: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly role: 'buyer' | 'admin';
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
  if (session === undefined) storage.removeItem(STORED_AS);
  else storage.setItem(STORED_AS, JSON.stringify(session));
  refused.value = false;
  current.value = session;
}

/** Notes that the service answered 401 to this token; a later token is not meant. */
export function noteRefusedToken(token: string): void {
  if (current.value?.token === token) refused.value = true;
}

function storedSession(): Session | undefined {
  const stored = storage.getItem(STORED_AS);
  if (stored === null) return undefined;
  try {
    return JSON.parse(stored) as Session;
  } catch {
    return undefined;
  }
}
