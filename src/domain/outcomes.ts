/**
 * The catalogue of refusals. Its order is their precedence: when several apply, the first is answered. Success has no
 * entry here; each operation names its own (`held`, `paid`, …).
 *
 * `retry` says what a client may do: `same` sends the same request with the same key again, `changed` must change the
 * request or its circumstances first, `never` is final.
 */
export const REFUSALS = [
  { code: 'unauthenticated', status: 401, title: 'Authentication required', retry: 'changed' },
  { code: 'forbidden', status: 403, title: 'Insufficient scope', retry: 'changed' },
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

/**
 * What a refusal says beyond its code. Operations name seats by number (`Seat` is number); the box office turns them into
 * labels (`Seat` is string).
 */
export interface RefusalDetails<Seat> {
  not_found: {
    readonly what: 'concert' | 'performance' | 'seat' | 'grade' | 'reservation' | 'ticket' | 'account';
    readonly seats?: readonly Seat[];
  };
  sales_closed: { readonly reason: 'not_yet' | 'paused' | 'ended'; readonly opensAt?: Date };
  seat_taken: { readonly seats: readonly Seat[] };
  seat_limit_exceeded: { readonly limit: number; readonly claimed: number };
  reservation_not_payable: { readonly state: string };
  reservation_not_releasable: { readonly state: string };
  reservation_not_refundable: { readonly state: string; readonly reason: 'state' | 'deadline' };
  insufficient_balance: { readonly required: number; readonly available: number };
  balance_limit_exceeded: { readonly limit: number; readonly balance: number };
  /** Why: an SQLSTATE, or `version` (an optimistic check failed), `pool` (no connection in time), `retries`,
   * `redis` (its lock was not had), `fence` (its lock was lost to a newer holder), `deadline`, `repeated` or `locked` (in a
   * group). */
  contended: { readonly cause: string };
  /** What is full or down: `pool`, `queue`, `database`, or an SQLSTATE. */
  overloaded: { readonly cause: string };
  invalid_request: { readonly detail: string };
}

type DetailsOf<Code extends RefusalCode, Seat> = Code extends keyof RefusalDetails<Seat>
  ? RefusalDetails<Seat>[Code]
  : object;

/** A request that was refused and changed nothing. */
export type Refusal<Code extends RefusalCode = RefusalCode, Seat = number> = {
  [C in Code]: { readonly outcome: C } & DetailsOf<C, Seat>;
}[Code];

/** Builds a refusal; the details are checked against the code. */
export function refuse<Code extends RefusalCode, Seat = never>(
  code: Code,
  ...details: Code extends keyof RefusalDetails<Seat> ? [RefusalDetails<Seat>[Code]] : []
): Refusal<Code, Seat> {
  return { outcome: code, ...details[0] } as Refusal<Code, Seat>;
}

const codes: ReadonlySet<string> = new Set(REFUSALS.map((refusal) => refusal.code));

/** Whether an outcome is a refusal and not one of the operations' successes. */
export function isRefusal(result: { readonly outcome: string }): result is Refusal {
  return codes.has(result.outcome);
}
