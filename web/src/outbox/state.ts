/** The outbox of this page: localStorage, the browser's locks and clock, and signals for who looks on. */
import type { ReadonlySignal } from '@preact/signals';
import { effect, signal } from '@preact/signals';
import { send } from '../api/client.ts';
import { currentSession, sessionExpired } from '../session/current-session.ts';
import { storage } from '../storage/storage.ts';
import type { OutboxParts, Progress } from './outbox.ts';
import { createOutbox, lockedHere } from './outbox.ts';
import { openRequestStore, STORED_BELOW } from './request-store.ts';
import type { PendingRequest } from './request.ts';

export interface Purchase {
  readonly pending: PendingRequest;
  readonly progress: Progress | undefined;
}

const store = openRequestStore(storage);
const listed = signal<readonly Purchase[]>([]);

/** Every request of this browser, oldest first, with what becomes of it. */
export const purchases: ReadonlySignal<readonly Purchase[]> = listed;

const parts: OutboxParts = {
  store,
  send: (pending, session) =>
    send(pending, { session, ...(pending.method === 'POST' && { key: pending.key }) }),
  signedIn: () => (sessionExpired.peek() ? undefined : currentSession.peek()),
  // Without the Web Locks API (it needs a secure context) tabs may send the same request: the same key makes it one.
  locked: 'locks' in navigator ? (name, work) => navigator.locks.request(name, work) : lockedHere(),
  wait: waitOrWake,
  nowMs: () => Date.now(),
  random: () => Math.random(),
  newKey,
  changed: () => {
    listed.value = store.all().map((pending) => ({ pending, progress: outbox.progressOf(pending.key) }));
  },
};

export const outbox = createOutbox(parts);

/** Takes up what an earlier page left unanswered, and every occasion to go on. */
export function startOutbox(): void {
  parts.changed();
  effect(() => {
    // Read, so that this runs again with every sign-in.
    if (currentSession.value !== undefined && !sessionExpired.value) outbox.resume();
  });
  addEventListener('online', () => outbox.resume());
  addEventListener('pageshow', () => outbox.resume());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') outbox.resume();
  });
  addEventListener('storage', ({ key }) => {
    if (key === null || key.startsWith(STORED_BELOW)) outbox.noticeOthers();
  });
}

function waitOrWake(ms: number, woken: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (woken.aborted) return resolve();
    // setTimeout takes no more than 2³¹ − 1 ms; a wait without an end has no timer.
    const timer = Number.isFinite(ms) ? setTimeout(resolve, ms) : undefined;
    woken.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** An Idempotency-Key that nobody else has. `crypto.randomUUID` needs a secure context; this does not. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
