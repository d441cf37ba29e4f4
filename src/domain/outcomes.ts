/**
 * Every refusal, in the refusal order: when several apply, the first is the answer. Success has no entry;
 * each operation names its own (`held`, `paid`, …).
 *
 * `retry` tells a client what to do: `same` resends the request with the same key, `changed` first changes
 * the request or its circumstances, `never` is final.
 */
export const REFUSALS = [
  { code: 'unauthenticated', status: 401, title: 'Authentication required', retry: 'changed' },
  { code: 'forbidden', status: 403, title: 'Insufficient scope', retry: 'changed' },
  { code: 'account_blocked', status: 403, title: 'Account blocked', retry: 'never' },
  { code: 'invalid_request', status: 400, title: 'Invalid request', retry: 'changed' },
  { code: 'rate_limited', status: 429, title: 'Too many requests', retry: 'same' },
  { code: 'idempotency_key_missing', status: 400, title: 'Idempotency-Key required', retry: 'changed' },
  { code: 'not_found', status: 404, title: 'Not found', retry: 'changed' },
  {
    code: 'idempotency_key_reused',
    status: 422,
    title: 'Idempotency-Key already used',
    retry: 'changed',
  },
  { code: 'sales_closed', status: 409, title: 'Sale not open', retry: 'changed' },
  { code: 'seat_taken', status: 409, title: 'Seat taken', retry: 'changed' },
  { code: 'seats_unavailable', status: 409, title: 'No adjacent seats left', retry: 'changed' },
  { code: 'seat_limit_exceeded', status: 409, title: 'Seat limit exceeded', retry: 'changed' },
  { code: 'hold_budget_exceeded', status: 409, title: 'Too many unpaid holds', retry: 'changed' },
  { code: 'hold_expired', status: 410, title: 'Hold expired', retry: 'never' },
  { code: 'reservation_not_payable', status: 409, title: 'Reservation not payable', retry: 'never' },
  {
    code: 'reservation_not_releasable',
    status: 409,
    title: 'Reservation not releasable',
    retry: 'never',
  },
  {
    code: 'reservation_not_refundable',
    status: 409,
    title: 'Reservation not refundable',
    retry: 'never',
  },
  { code: 'insufficient_balance', status: 402, title: 'Insufficient balance', retry: 'changed' },
  { code: 'balance_limit_exceeded', status: 409, title: 'Balance limit exceeded', retry: 'changed' },
  { code: 'contended', status: 503, title: 'Contention, retry', retry: 'same' },
  { code: 'overloaded', status: 503, title: 'Overloaded, retry later', retry: 'same' },
  {
    code: 'outcome_unknown',
    status: 503,
    title: 'Outcome unknown, resend with the same key',
    retry: 'same',
  },
  { code: 'internal', status: 500, title: 'Internal error', retry: 'same' },
] as const;

export type RefusalCode = (typeof REFUSALS)[number]['code'];

/** SQLSTATEs of a transaction that lost to others; `src/db/sqlstate.ts` explains each. */
export type ContendedSqlstate = '40001' | '40P01' | '55P03' | '57014' | '25P03' | '25P04';

/** SQLSTATEs of a server that can't accept work now. */
export type OverloadedSqlstate =
  | '25006'
  | '53100'
  | '53200'
  | '53300'
  | '57P01'
  | '57P02'
  | '57P03'
  | '57P05';

/** Why a request was `contended`. */
export type ContendedCause =
  | ContendedSqlstate
  /** It lost a race, and nothing blocks it any more: a version moved on. */
  | 'version'
  /** No connection was free in time. */
  | 'pool'
  /** Its COMMIT was lost with the connection and did not take effect. */
  | 'database'
  /** Its attempts are used up. */
  | 'retries'
  /** Its lock in Redis could not be acquired. */
  | 'redis'
  /** A newer holder took its lock in Redis. */
  | 'fence'
  /** Its time was up, in the queue or by its request's deadline, before a transaction took it up; or it only reads. */
  | 'deadline'
  /** Its group met other transactions on every attempt. */
  | 'repeated'
  /** Its group waited in vain for a row that another transaction had locked. */
  | 'locked'
  /** A payment or a refund of the reservation is in flight. */
  | 'paying'
  /** The performance is on its way to another server. */
  | 'moving';

/** What is full or unreachable when a request is `overloaded`. */
export type OverloadedCause =
  | OverloadedSqlstate
  /** Too many requests are waiting. */
  | 'queue'
  /** The database is unreachable. */
  | 'database'
  /** The performance's server is unreachable; those of other servers are sold on. */
  | 'server'
  /** A table, column, function or type that the migrations make is missing. */
  | 'schema'
  /** The service is closing. */
  | 'closing'
  /** The keys that verify tokens can't be fetched. */
  | 'jwks'
  /** Too many watchers. */
  | 'watchers';

/** What a refusal adds to its code. `Seat` is a number in operations, a label in the box office. */
export interface RefusalDetails<Seat> {
  not_found: {
    readonly what:
      | 'concert'
      | 'performance'
      | 'seat'
      | 'grade'
      | 'reservation'
      | 'ticket'
      | 'account'
      | 'entry'
      | 'cancellation';
    readonly seats?: readonly Seat[];
  };
  sales_closed: { readonly reason: 'not_yet' | 'paused' | 'ended' | 'cancelled'; readonly opensAt?: Date };
  seat_taken: { readonly seats: readonly Seat[] };
  seat_limit_exceeded: { readonly limit: number; readonly claimed: number };
  /** Too many of the account's holds ended unpaid; when it may hold again. */
  hold_budget_exceeded: { readonly retryAt: Date };
  reservation_not_payable: { readonly state: string };
  reservation_not_releasable: { readonly state: string };
  reservation_not_refundable: {
    readonly state: string;
    readonly reason: 'state' | 'deadline' | 'seats';
    /** With the reason `seats`: those that are refunded already. */
    readonly seats?: readonly Seat[];
  };
  insufficient_balance: { readonly required: number; readonly available: number };
  balance_limit_exceeded: { readonly limit: number; readonly balance: number };
  contended: { readonly cause: ContendedCause };
  overloaded: {
    readonly cause: OverloadedCause;
    /** For `schema`: what is missing, in PostgreSQL's words. */
    readonly missing?: string | undefined;
  };
  invalid_request: { readonly detail: string };
}

type DetailsOf<Code extends RefusalCode, Seat> = Code extends keyof RefusalDetails<Seat>
  ? RefusalDetails<Seat>[Code]
  : object;

/** A request that was refused and changed nothing. */
export type Refusal<Code extends RefusalCode = RefusalCode, Seat = number> = {
  [C in Code]: { readonly outcome: C } & DetailsOf<C, Seat>;
}[Code];

/** What an operation answers: a success of its own, or a refusal. */
export interface Outcome {
  readonly outcome: string;
  /** Set when the request found what an earlier one with its key, or for the same thing, had done. */
  readonly replayed?: true;
}

/** The answer of a request that changed nothing itself: a success was an earlier request's. */
export function asReplay<Answer extends Outcome>(answer: Answer): Answer {
  return isRefusal(answer) ? answer : { ...answer, replayed: true };
}

/** Builds a refusal; the details are checked against the code. */
export function refuse<Code extends RefusalCode, Seat = never>(
  code: Code,
  ...details: Code extends keyof RefusalDetails<Seat> ? [RefusalDetails<Seat>[Code]] : []
): Refusal<Code, Seat> {
  return { outcome: code, ...details[0] } as Refusal<Code, Seat>;
}

const codes: ReadonlySet<string> = new Set(REFUSALS.map((refusal) => refusal.code));

/** Whether an answer of any kind is a refusal. */
export function isRefusal(answer: object): answer is Refusal<RefusalCode, unknown> {
  return 'outcome' in answer && codes.has(answer.outcome as string);
}

/** The refusals that say nothing about the request itself; every operation may answer them. */
export type Unsettled = Refusal<'contended' | 'overloaded' | 'outcome_unknown'>;
