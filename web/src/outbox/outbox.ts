/**
 * Carries requests to the service until each has a final answer. Written down first, sent then; sent again with the same
 * key whatever happens in between, by whichever tab is there to do it. Final are a success and every refusal but
 * `unauthenticated` that does not say "send the same again".
 */
import type { Answer, Problem } from '../api/answer.ts';
import { backoffMs } from '../api/backoff.ts';
import type { Session } from '../session/current-session.ts';
import type { RequestStore } from './request-store.ts';
import type { PendingRequest, NewRequest } from './request.ts';
import {
  followerOf,
  pendingOf,
  isDone,
  isOpen,
  isTooLate,
  mayHaveHappened,
  asksForTheSame,
} from './request.ts';

export interface OutboxParts {
  readonly store: RequestStore;
  send(pending: PendingRequest, session: Session): Promise<Answer<unknown>>;
  /** The session; undefined also when it was refused. */
  signedIn(): Session | undefined;
  /** Does one work of this name at a time, in all tabs where the browser can. */
  locked<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Settles after the time, or as soon as the signal is aborted. */
  wait(ms: number, woken: AbortSignal): Promise<void>;
  nowMs(): number;
  /** Between 0 and 1. */
  random(): number;
  newKey(): string;
  /** Called when a request or its progress has changed. */
  changed(): void;
}

/** What becomes of an open request just now. */
export type Progress =
  | { readonly phase: 'sending' }
  /** Still trying: `outcome` is what came back. */
  | { readonly phase: 'waiting'; readonly outcome: string; readonly attempts: number }
  /** Its account has to sign in. */
  | { readonly phase: 'sign_in' };

export interface Outbox {
  /** Writes it down and sends it; what is under way already is not begun again. Undefined when nobody is signed in. */
  begin(request: NewRequest): Promise<PendingRequest | undefined>;
  /** Sends every open request, those that wait at once: after a reload, a reconnect, a sign-in. */
  resume(): void;
  /** Asks no more. What certainly changed nothing is removed; else it stays, to be found out when the buyer wants. */
  stop(key: string): void;
  /** Sends a stopped request again, to find out what happened. */
  findOut(key: string): void;
  /** Removes a request whose answer was seen. Without an answer it stays: its key is what keeps it from happening twice. */
  dismiss(key: string): void;
  /** Removes a stopped request because its buyer says so: the same request after that is a new one. */
  forget(key: string): void;
  progressOf(key: string): Progress | undefined;
  /** Another tab has written: what it has settled is waited for no longer. */
  noticeOthers(): void;
}

/** A fault of the service is not tried for ever: after so many attempts the buyer decides. */
const FAULTS_UNTIL_STOPPED = 5;

const TOO_LONG_AGO: Problem = { outcome: 'hold_expired', status: 410, title: 'Too long ago', retry: 'never' };

/** One request on its way. */
interface Delivery {
  readonly key: string;
  attempts: number;
  progress: Progress;
  /** Ends the waiting between two attempts. */
  alarm: AbortController;
}

export function createOutbox(parts: OutboxParts): Outbox {
  const { store } = parts;
  const deliveries = new Map<string, Delivery>();
  const start = (key: string): void => {
    const known = deliveries.get(key);
    if (known !== undefined) {
      if (waitsForAnOccasion(known.progress)) known.alarm.abort();
      return;
    }
    const delivery: Delivery = {
      key,
      attempts: 0,
      progress: { phase: 'sending' },
      alarm: new AbortController(),
    };
    deliveries.set(key, delivery);
    void deliver(parts, delivery, start).finally(() => {
      deliveries.delete(key);
      parts.changed();
    });
  };
  const removeIf = (key: string, may: (pending: PendingRequest) => boolean): void => {
    const pending = store.read(key);
    if (pending === undefined || !may(pending)) return;
    store.remove(key);
    parts.changed();
  };

  return {
    begin: async (request) => {
      const who = parts.signedIn();
      if (who === undefined) return undefined;
      const pending = await parts.locked('rowlock.begin', async () =>
        writeDown(parts, request, who.accountId),
      );
      start(pending.key);
      parts.changed();
      return pending;
    },
    resume: () => {
      for (const { key } of store.all().filter(isOpen)) start(key);
    },
    noticeOthers: () => {
      for (const delivery of deliveries.values()) {
        const pending = store.read(delivery.key);
        if (pending === undefined || !isOpen(pending)) delivery.alarm.abort();
      }
      parts.changed();
    },
    stop: (key) => {
      const pending = store.read(key);
      if (pending === undefined || pending.answer !== undefined) return;
      if (pending.inDoubt === 0) store.remove(key);
      else store.write({ ...pending, stopped: true });
      deliveries.get(key)?.alarm.abort();
      parts.changed();
    },
    findOut: (key) => {
      const pending = store.read(key);
      if (pending === undefined || pending.answer !== undefined) return;
      store.write(reopened(pending));
      start(key);
      parts.changed();
    },
    dismiss: (key) => removeIf(key, ({ answer }) => answer !== undefined),
    forget: (key) => removeIf(key, ({ answer, stopped }) => answer === undefined && stopped === true),
    progressOf: (key) => deliveries.get(key)?.progress,
  };
}

/** A connection or a sign-in helps these; what the service asked to wait for is waited for. */
function waitsForAnOccasion(progress: Progress): boolean {
  return progress.phase === 'sign_in' || (progress.phase === 'waiting' && progress.outcome === 'offline');
}

/** A new request, or the unanswered one that asks for the same. */
function writeDown(parts: OutboxParts, request: NewRequest, accountId: string): PendingRequest {
  const duplicate = parts.store.all().find((known) => asksForTheSame(known, request, accountId));
  const pending =
    duplicate === undefined
      ? pendingOf(request, accountId, parts.nowMs(), () => parts.newKey())
      : { ...reopened(duplicate), wantedUntilMs: request.wantedUntilMs };
  parts.store.write(pending);
  return pending;
}

/** Its buyer wants it now, whatever the time is. */
function reopened(pending: PendingRequest): PendingRequest {
  return { ...pending, stopped: undefined, wantedUntilMs: undefined };
}

/** Another tab may have written it down already; one that was answered, as an earlier try, is sent again. */
function isUnanswered(pending: PendingRequest | undefined): boolean {
  return pending !== undefined && pending.answer === undefined;
}

async function deliver(parts: OutboxParts, delivery: Delivery, follow: (key: string) => void): Promise<void> {
  for (;;) {
    // Made before the attempt, so that an occasion in the middle of it is not missed.
    delivery.alarm = new AbortController();
    const step = await parts.locked(`rowlock.request.${delivery.key}`, () => attempt(parts, delivery));
    if (step.went === 'done') {
      if (step.follower !== undefined) follow(step.follower);
      return;
    }
    parts.changed();
    await parts.wait(step.waitMs, delivery.alarm.signal);
  }
}

type Step =
  | { readonly went: 'done'; readonly follower?: string }
  | { readonly went: 'again'; readonly waitMs: number };

/** Sends it once, unless it has been answered meanwhile, or belongs to another account than the one that is signed in. */
async function attempt(parts: OutboxParts, delivery: Delivery): Promise<Step> {
  const pending = parts.store.read(delivery.key);
  if (pending === undefined || !isOpen(pending)) return { went: 'done' };
  if (isTooLate(pending, parts.nowMs())) return giveUp(parts, pending);
  const who = parts.signedIn();
  if (who?.accountId !== pending.accountId) return awaitSignIn(delivery);
  if (delivery.progress.phase === 'sign_in') delivery.progress = { phase: 'sending' };
  delivery.attempts += 1;
  doubt(parts.store, delivery.key, 1);
  const answer = await parts.send(pending, who);
  if (answer.ok) return settle(parts, pending, answer);
  const { problem } = answer;
  if (!mayHaveHappened(problem.outcome)) doubt(parts.store, delivery.key, -1);
  if (problem.outcome === 'unauthenticated') {
    const now = parts.signedIn();
    const renewed = now?.accountId === who.accountId && now !== who;
    return renewed ? { went: 'again', waitMs: 0 } : awaitSignIn(delivery);
  }
  if (problem.retry !== 'same') return settle(parts, pending, answer);
  return again(parts, delivery, problem);
}

/** Stored, not kept in the delivery: another tab may stop what this one has sent, and so may this page after a reload. */
function doubt(store: RequestStore, key: string, sendings: 1 | -1): void {
  const pending = store.read(key);
  if (pending !== undefined) store.write({ ...pending, inDoubt: pending.inDoubt + sendings });
}

/** What a hold may have got has run out by now; money that may have been topped up is for its buyer to find out. */
function giveUp(parts: OutboxParts, pending: PendingRequest): Step {
  if (pending.kind === 'hold' || pending.inDoubt === 0) {
    return settle(parts, pending, { ok: false, problem: TOO_LONG_AGO });
  }
  parts.store.write({ ...pending, stopped: true });
  return { went: 'done' };
}

/** Waits until somebody resumes: a sign-in does. */
function awaitSignIn(delivery: Delivery): Step {
  delivery.progress = { phase: 'sign_in' };
  return { went: 'again', waitMs: Number.POSITIVE_INFINITY };
}

function again(parts: OutboxParts, delivery: Delivery, { outcome, retryAfterSeconds }: Problem): Step {
  delivery.progress = { phase: 'waiting', outcome, attempts: delivery.attempts };
  if (outcome === 'internal' && delivery.attempts >= FAULTS_UNTIL_STOPPED) {
    const pending = parts.store.read(delivery.key);
    if (pending !== undefined) parts.store.write({ ...pending, stopped: true });
    return { went: 'done' };
  }
  return { went: 'again', waitMs: backoffMs(delivery.attempts, parts.random(), retryAfterSeconds) };
}

/** Writes the answer down; before it what follows, so that no reload between the two loses the follower. */
function settle(parts: OutboxParts, pending: PendingRequest, answer: Answer<unknown>): Step {
  const { store } = parts;
  const wasStopped = store.read(pending.key)?.stopped === true;
  const follower = isDone(answer) && !wasStopped ? followerOf(pending, parts.nowMs()) : undefined;
  if (follower !== undefined && !isUnanswered(store.read(follower.key))) store.write(follower);
  store.write({ ...pending, answer });
  parts.changed();
  return { went: 'done', ...(follower !== undefined && { follower: follower.key }) };
}

/** One work of a name at a time, within this page. */
export function lockedHere(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const before = tails.get(name) ?? Promise.resolve();
    const done = before.then(work, work);
    tails.set(name, done);
    return done;
  };
}
