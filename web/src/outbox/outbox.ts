/**
 * Carries intents to the service until each has a final answer. Written down first, sent then; sent again with the same
 * key whatever happens in between, by whichever tab is there to do it. Final are a success and every refusal but
 * `unauthenticated` that does not say "send the same again".
 */
import type { Answer, Problem } from '../api/answer.ts';
import { backoffMs } from '../api/backoff.ts';
import type { IntentStore } from './request-store.ts';
import type { Intent, Wanted } from './request.ts';
import {
  followerOf,
  intentOf,
  isDone,
  isOpen,
  isUnwanted,
  mayHaveHappened,
  wantsTheSame,
} from './request.ts';

export interface CourierParts {
  readonly store: IntentStore;
  send(intent: Intent, token: string): Promise<Answer<unknown>>;
  /** Who is signed in; undefined also when the token was refused. */
  signedIn(): { readonly accountId: string; readonly token: string } | undefined;
  /** Does one work of this name at a time, in all tabs where the browser can. */
  locked<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Settles after the time, or as soon as the signal is aborted. */
  wait(ms: number, woken: AbortSignal): Promise<void>;
  nowMs(): number;
  /** Between 0 and 1. */
  random(): number;
  newKey(): string;
  /** Called when an intent or its progress has changed. */
  changed(): void;
}

/** What becomes of an open intent just now. */
export type Progress =
  | { readonly phase: 'sending' }
  /** Still trying: `outcome` is what came back. */
  | { readonly phase: 'waiting'; readonly outcome: string; readonly attempts: number }
  /** Its account has to sign in. */
  | { readonly phase: 'sign_in' };

export interface Courier {
  /** Writes it down and sends it; what is under way already is not begun again. Undefined when nobody is signed in. */
  begin(wanted: Wanted): Promise<Intent | undefined>;
  /** Sends every open intent, those that wait at once: after a reload, a reconnect, a sign-in. */
  resume(): void;
  /** Asks no more. What certainly changed nothing is removed; else it stays, to be found out when the buyer wants. */
  stop(key: string): void;
  /** Sends a stopped intent again, to find out what happened. */
  findOut(key: string): void;
  /** Removes an intent whose answer was seen. Without an answer it stays: its key is what keeps it from happening twice. */
  dismiss(key: string): void;
  /** Removes a stopped intent because its buyer says so: who asks for the same again wants it anew. */
  forget(key: string): void;
  progressOf(key: string): Progress | undefined;
  /** Another tab has written: what it has settled is waited for no longer. */
  noticeOthers(): void;
}

/** A fault of the service is not tried for ever: after so many attempts the buyer decides. */
const FAULTS_UNTIL_STOPPED = 5;

const TOO_LONG_AGO: Problem = { outcome: 'hold_expired', status: 410, title: 'Too long ago', retry: 'never' };

/** One intent on its way. */
interface Errand {
  readonly key: string;
  attempts: number;
  progress: Progress;
  /** Ends the waiting between two attempts. */
  alarm: AbortController;
}

export function createCourier(parts: CourierParts): Courier {
  const { store } = parts;
  const errands = new Map<string, Errand>();
  const start = (key: string): void => {
    const known = errands.get(key);
    if (known !== undefined) {
      if (waitsForAnOccasion(known.progress)) known.alarm.abort();
      return;
    }
    const errand: Errand = {
      key,
      attempts: 0,
      progress: { phase: 'sending' },
      alarm: new AbortController(),
    };
    errands.set(key, errand);
    void deliver(parts, errand, start).finally(() => {
      errands.delete(key);
      parts.changed();
    });
  };
  const removeIf = (key: string, may: (intent: Intent) => boolean): void => {
    const intent = store.read(key);
    if (intent === undefined || !may(intent)) return;
    store.remove(key);
    parts.changed();
  };

  return {
    begin: async (wanted) => {
      const who = parts.signedIn();
      if (who === undefined) return undefined;
      const intent = await parts.locked('rowlock.begin', async () => writeDown(parts, wanted, who.accountId));
      start(intent.key);
      parts.changed();
      return intent;
    },
    resume: () => {
      for (const { key } of store.all().filter(isOpen)) start(key);
    },
    noticeOthers: () => {
      for (const errand of errands.values()) {
        const intent = store.read(errand.key);
        if (intent === undefined || !isOpen(intent)) errand.alarm.abort();
      }
      parts.changed();
    },
    stop: (key) => {
      const intent = store.read(key);
      if (intent === undefined || intent.answer !== undefined) return;
      if (intent.inDoubt === 0) store.remove(key);
      else store.write({ ...intent, stopped: true });
      errands.get(key)?.alarm.abort();
      parts.changed();
    },
    findOut: (key) => {
      const intent = store.read(key);
      if (intent === undefined || intent.answer !== undefined) return;
      store.write(reopened(intent));
      start(key);
      parts.changed();
    },
    dismiss: (key) => removeIf(key, ({ answer }) => answer !== undefined),
    forget: (key) => removeIf(key, ({ answer, stopped }) => answer === undefined && stopped === true),
    progressOf: (key) => errands.get(key)?.progress,
  };
}

/** A connection or a sign-in helps these; what the service asked to wait for is waited for. */
function waitsForAnOccasion(progress: Progress): boolean {
  return progress.phase === 'sign_in' || (progress.phase === 'waiting' && progress.outcome === 'offline');
}

/** A new intent, or the unanswered one that asks for the same. */
function writeDown(parts: CourierParts, wanted: Wanted, accountId: string): Intent {
  const twin = parts.store.all().find((known) => wantsTheSame(known, wanted, accountId));
  const intent =
    twin === undefined
      ? intentOf(wanted, accountId, parts.nowMs(), () => parts.newKey())
      : { ...reopened(twin), wantedUntilMs: wanted.wantedUntilMs };
  parts.store.write(intent);
  return intent;
}

/** Its buyer wants it now, whatever the time is. */
function reopened(intent: Intent): Intent {
  return { ...intent, stopped: undefined, wantedUntilMs: undefined };
}

/** Another tab may have written it down already; what was answered, as an earlier try, is asked anew. */
function isUnanswered(intent: Intent | undefined): boolean {
  return intent !== undefined && intent.answer === undefined;
}

async function deliver(parts: CourierParts, errand: Errand, follow: (key: string) => void): Promise<void> {
  for (;;) {
    // Made before the attempt, so that an occasion in the middle of it is not missed.
    errand.alarm = new AbortController();
    const step = await parts.locked(`rowlock.intent.${errand.key}`, () => attempt(parts, errand));
    if (step.went === 'done') {
      if (step.follower !== undefined) follow(step.follower);
      return;
    }
    parts.changed();
    await parts.wait(step.waitMs, errand.alarm.signal);
  }
}

type Step =
  | { readonly went: 'done'; readonly follower?: string }
  | { readonly went: 'again'; readonly waitMs: number };

/** Sends it once, unless it has been answered meanwhile, or is not the business of whoever is signed in. */
async function attempt(parts: CourierParts, errand: Errand): Promise<Step> {
  const intent = parts.store.read(errand.key);
  if (intent === undefined || !isOpen(intent)) return { went: 'done' };
  if (isUnwanted(intent, parts.nowMs())) return giveUp(parts, intent);
  const who = parts.signedIn();
  if (who?.accountId !== intent.accountId) return awaitSignIn(errand);
  if (errand.progress.phase === 'sign_in') errand.progress = { phase: 'sending' };
  errand.attempts += 1;
  doubt(parts.store, errand.key, 1);
  const answer = await parts.send(intent, who.token);
  if (answer.ok) return settle(parts, intent, answer);
  const { problem } = answer;
  if (!mayHaveHappened(problem.outcome)) doubt(parts.store, errand.key, -1);
  if (problem.outcome === 'unauthenticated') {
    const now = parts.signedIn();
    const renewed = now?.accountId === who.accountId && now.token !== who.token;
    return renewed ? { went: 'again', waitMs: 0 } : awaitSignIn(errand);
  }
  if (problem.retry !== 'same') return settle(parts, intent, answer);
  return again(parts, errand, problem);
}

/** Stored, not kept in the errand: another tab may stop what this one has sent, and so may this page after a reload. */
function doubt(store: IntentStore, key: string, sendings: 1 | -1): void {
  const intent = store.read(key);
  if (intent !== undefined) store.write({ ...intent, inDoubt: intent.inDoubt + sendings });
}

/** What a hold may have got has run out by now; money that may have been topped up is for its buyer to find out. */
function giveUp(parts: CourierParts, intent: Intent): Step {
  if (intent.kind === 'hold' || intent.inDoubt === 0) {
    return settle(parts, intent, { ok: false, problem: TOO_LONG_AGO });
  }
  parts.store.write({ ...intent, stopped: true });
  return { went: 'done' };
}

/** Waits until somebody resumes: a sign-in does. */
function awaitSignIn(errand: Errand): Step {
  errand.progress = { phase: 'sign_in' };
  return { went: 'again', waitMs: Number.POSITIVE_INFINITY };
}

function again(parts: CourierParts, errand: Errand, { outcome, retryAfterSeconds }: Problem): Step {
  errand.progress = { phase: 'waiting', outcome, attempts: errand.attempts };
  if (outcome === 'internal' && errand.attempts >= FAULTS_UNTIL_STOPPED) {
    const intent = parts.store.read(errand.key);
    if (intent !== undefined) parts.store.write({ ...intent, stopped: true });
    return { went: 'done' };
  }
  return { went: 'again', waitMs: backoffMs(errand.attempts, parts.random(), retryAfterSeconds) };
}

/** Writes the answer down; before it what follows, so that no reload between the two loses the follower. */
function settle(parts: CourierParts, intent: Intent, answer: Answer<unknown>): Step {
  const { store } = parts;
  const wasStopped = store.read(intent.key)?.stopped === true;
  const follower = isDone(answer) && !wasStopped ? followerOf(intent, parts.nowMs()) : undefined;
  if (follower !== undefined && !isUnanswered(store.read(follower.key))) store.write(follower);
  store.write({ ...intent, answer });
  parts.changed();
  return { went: 'done', ...(follower !== undefined && { follower: follower.key }) };
}
