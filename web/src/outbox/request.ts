/**
 * What a buyer wants done, written down before it is sent. A request has its idempotency key from the beginning, so that
 * any page that finds it without an answer (this one, another tab, the page after a reload) sends the same request again.
 */
import type { Answer } from '../api/answer.ts';
import type { ApiRequest } from '../api/request-to.ts';

export type RequestKind = 'hold' | 'pay' | 'topUp' | 'refund' | 'release';

/** A request, and what is to follow when it succeeds: a top-up is followed by the payment that it is for. */
export interface NewRequest extends ApiRequest<'POST' | 'DELETE'> {
  readonly kind: RequestKind;
  /**
   * The Idempotency-Key of what can be wanted only once, made of what it is for: another device never sees this one's
   * requests, and another tab not always at once, but both make the same key. Without it the key is random.
   */
  readonly key?: string;
  /** By this device's clock: later than this nobody wants it any more, such as a top-up for seats that are free again. */
  readonly wantedUntilMs?: number | undefined;
  readonly next?: NewRequest;
}

export interface PendingRequest extends Omit<NewRequest, 'next' | 'key'> {
  /** The Idempotency-Key, and the request's name. */
  readonly key: string;
  /** Whose request it is; it is never sent with another account's token. */
  readonly accountId: string;
  /** By this device's clock; only ages are taken from it. */
  readonly createdAtMs: number;
  readonly next?: Omit<PendingRequest, 'accountId' | 'createdAtMs'>;
  /** Sendings that may have had their effect: each from before it is sent until its answer says that it changed nothing. */
  readonly inDoubt: number;
  /** The final answer. */
  readonly answer?: Answer<unknown>;
  /** The buyer stopped asking while nobody knew whether it happened. */
  readonly stopped?: true | undefined;
}

/** A hold that was wanted this long ago is not wanted any more: holding seats now would surprise its buyer. */
export const HOLD_WANTED_MS = 10 * 60_000;

/** Whether it came too late to be sent by itself: then it would surprise its buyer. */
export function isTooLate({ kind, createdAtMs, wantedUntilMs }: PendingRequest, nowMs: number): boolean {
  return nowMs > (wantedUntilMs ?? (kind === 'hold' ? createdAtMs + HOLD_WANTED_MS : Infinity));
}

export function pendingOf(
  request: NewRequest,
  accountId: string,
  nowMs: number,
  newKey: () => string,
): PendingRequest {
  return { ...keyed(request, newKey), accountId, createdAtMs: nowMs };
}

function keyed(
  { next, ...request }: NewRequest,
  newKey: () => string,
): Omit<PendingRequest, 'accountId' | 'createdAtMs'> {
  // The follower has its key from now on: two tabs that hear the first one's answer make the same follower of it.
  return {
    ...request,
    key: request.key ?? newKey(),
    inDoubt: 0,
    ...(next !== undefined && { next: keyed(next, newKey) }),
  };
}

/** The request that follows a success. */
export function followerOf({ next, accountId }: PendingRequest, nowMs: number): PendingRequest | undefined {
  return next === undefined ? undefined : { ...next, accountId, createdAtMs: nowMs };
}

/** Whether somebody has to send it. */
export function isOpen(pending: PendingRequest): boolean {
  return pending.answer === undefined && pending.stopped === undefined;
}

/** Whether an unanswered request asks for the same thing, itself or by its follower: then it is not asked for twice. */
export function asksForTheSame(pending: PendingRequest, request: NewRequest, accountId: string): boolean {
  if (pending.accountId !== accountId || pending.answer !== undefined) return false;
  return requestOf(pending) === requestOf(request) || paysTheSame(pending, request);
}

function requestOf({ method, path, body }: Pick<NewRequest, 'method' | 'path' | 'body'>): string {
  return `${method} ${path} ${JSON.stringify(body ?? null)}`;
}

/**
 * A top-up for a payment, while that payment or another top-up for it is under way. Who pays from the wallet as it is wants
 * no top-up that was stopped.
 */
function paysTheSame(pending: PendingRequest, request: NewRequest): boolean {
  if (pending.stopped === true && pending.kind === 'topUp' && request.kind === 'pay') return false;
  const first = paymentIn(pending);
  return first !== undefined && first === paymentIn(request);
}

function paymentIn(request: Followed): string | undefined {
  if (request.kind === 'pay') return request.path;
  return request.next === undefined ? undefined : paymentIn(request.next);
}

/** Whether what is to follow may follow: also when a tab or device has done it with the same key and another amount. */
export function isDone(answer: Answer<unknown>): boolean {
  return answer.ok || answer.problem.outcome === 'idempotency_key_reused';
}

/** Whether the request may have had its effect although no final answer came. */
export function mayHaveHappened(outcome: string): boolean {
  return outcome === 'offline' || outcome === 'outcome_unknown' || outcome === 'internal';
}

/** A request, new or pending, and what follows it. */
interface Followed extends Pick<NewRequest, 'kind' | 'path'> {
  readonly next?: Followed | undefined;
}

/** The page that shows this request itself. */
export function pageOf(pending: Followed): string {
  if (pending.next !== undefined) return pageOf(pending.next);
  if (pending.kind === 'topUp') return '/wallet';
  const operators = /^\/v1\/admin\/performances\/(.+)\/reservations\/(.+)\/refund$/.exec(pending.path);
  if (operators !== null) return `/operator/reservations/${operators[1]}/${operators[2]}`;
  const inPages = pending.path.replace(/^\/v1/, '');
  return inPages.replace(pending.kind === 'hold' ? /\/reservations$/ : /\/(payment|refund)$/, '');
}
