/** The courier of this page: localStorage, the browser's locks and clock, and signals for who looks on. */
import type { ReadonlySignal } from '@preact/signals';
import { effect, signal } from '@preact/signals';
import { call } from '../api/client.ts';
import { currentSession, sessionExpired } from '../session/current-session.ts';
import { storage } from '../storage/storage.ts';
import type { CourierParts, Progress } from './outbox.ts';
import { createCourier } from './outbox.ts';
import { openIntentStore, STORED_BELOW } from './request-store.ts';
import type { Intent } from './request.ts';
import { lockedHere } from './locked.ts';
import { newKey } from './new-key.ts';

export interface Purchase {
  readonly intent: Intent;
  readonly progress: Progress | undefined;
}

const store = openIntentStore(storage);
const listed = signal<readonly Purchase[]>([]);

/** Every intent of this browser, oldest first, with what becomes of it. */
export const purchases: ReadonlySignal<readonly Purchase[]> = listed;

const parts: CourierParts = {
  store,
  send: ({ method, path, body, key }, token) =>
    call({ method, path, token, ...(body !== undefined && { body }), ...(method === 'POST' && { key }) }),
  signedIn: () => (sessionExpired.peek() ? undefined : currentSession.peek()),
  // Without the Web Locks API (it needs a secure context) tabs may send the same request: the same key makes it one.
  locked: 'locks' in navigator ? (name, work) => navigator.locks.request(name, work) : lockedHere(),
  wait: waitOrWake,
  nowMs: () => Date.now(),
  random: () => Math.random(),
  newKey,
  changed: () => {
    listed.value = store.all().map((intent) => ({ intent, progress: courier.progressOf(intent.key) }));
  },
};

export const courier = createCourier(parts);

/** Takes up what an earlier page left unanswered, and every occasion to go on. */
export function startCourier(): void {
  parts.changed();
  effect(() => {
    // Read, so that this runs again with every sign-in.
    if (currentSession.value !== undefined && !sessionExpired.value) courier.resume();
  });
  addEventListener('online', () => courier.resume());
  addEventListener('pageshow', () => courier.resume());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') courier.resume();
  });
  addEventListener('storage', ({ key }) => {
    if (key === null || key.startsWith(STORED_BELOW)) courier.noticeOthers();
  });
}

function waitOrWake(ms: number, woken: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (woken.aborted) return resolve();
    // setTimeout takes no more than 2³¹ − 1 ms; whoever waits for ever has no timer at all.
    const timer = Number.isFinite(ms) ? setTimeout(resolve, ms) : undefined;
    woken.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
