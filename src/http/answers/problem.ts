/**
 * Refusals as RFC 9457 problem documents. Every answer that is not a success is one. Every refusal of
 * `REFUSALS` has its words here, and its further members in `openapi/problem-schema.ts`.
 */
import type { FastifyReply } from 'fastify';
import type { Refusal, RefusalCode } from '../../domain/outcomes.ts';
import { REFUSALS } from '../../domain/outcomes.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** A broken rule of the request, and where: `body/seats/0`, `query/limit`, `header/Idempotency-Key`. */
export interface BrokenRule {
  readonly path: string;
  readonly rule: string;
}

/** The details of one occurrence; members beyond `detail` belong to the outcome. */
export interface Occurrence {
  readonly detail: string;
  readonly [member: string]: unknown;
}

export type HttpRefusal<Code extends RefusalCode = RefusalCode> = Refusal<Code, string | number>;

// The answer omits the `cause` of contended and overloaded, which names internal parts; the log has it.
const OCCURRENCES = {
  unauthenticated: () => ({ detail: 'Send a valid bearer token.' }),
  forbidden: () => ({ detail: 'The token lacks the scope that this request needs.' }),
  account_blocked: () => ({
    detail: 'This account may neither hold nor pay; its operator has blocked it.',
  }),
  invalid_request: ({ detail }) => ({ detail }),
  rate_limited: () => ({ detail: 'Wait a moment, then send the request again.' }),
  idempotency_key_missing: () => ({
    detail: 'Send an Idempotency-Key header: a unique value that you generate for each operation.',
  }),
  not_found: ({ what, seats }) => ({
    detail: seats === undefined ? `No such ${what}.` : `No such seat: ${seats.join(', ')}.`,
    what,
    seats,
  }),
  idempotency_key_reused: () => ({
    detail: 'An earlier request with this Idempotency-Key asked for something else.',
  }),
  sales_closed: ({ reason, opensAt }) => ({ detail: SALE_WORDS[reason], reason, opensAt }),
  seat_taken: ({ seats }) => ({ detail: `Taken: ${seats.join(', ')}.`, seats }),
  seats_unavailable: () => ({ detail: 'No adjacent free seats of this grade are left.' }),
  seat_limit_exceeded: ({ limit, claimed }) => ({
    detail: `One account may have ${limit} seats; this one has ${claimed}.`,
    limit,
    claimed,
  }),
  hold_budget_exceeded: ({ retryAt }) => ({
    detail:
      'Too many of this account’s holds ended unpaid within an hour. Pay for a hold, or hold seats again after retryAt.',
    retryAt,
  }),
  hold_expired: () => ({ detail: 'The time to pay has passed; hold seats again.' }),
  reservation_not_payable: ({ state }) => ({ detail: `The reservation is ${state}.`, state }),
  reservation_not_releasable: ({ state }) => ({ detail: `The reservation is ${state}.`, state }),
  reservation_not_refundable: ({ state, reason, seats }) => ({
    detail:
      seats !== undefined
        ? `Already refunded: ${seats.join(', ')}.`
        : reason === 'deadline'
          ? 'The time for refunds has passed.'
          : `The reservation is ${state}.`,
    state,
    reason,
    seats,
  }),
  insufficient_balance: ({ required, available }) => ({
    detail: `The payment needs ${required}, the wallet has ${available}.`,
    required,
    available,
  }),
  balance_limit_exceeded: ({ limit, balance }) => ({
    detail: `A wallet may hold ${limit} after a top-up; this one has ${balance}.`,
    limit,
    balance,
  }),
  contended: () => ({ detail: 'Nothing was changed and nothing is lost: send the same request again.' }),
  overloaded: () => ({ detail: 'Nothing was changed. Send the same request again in a few seconds.' }),
  outcome_unknown: () => ({
    detail:
      'The request may have taken effect. Send it again with the same key: it takes effect once, and the answer tells its outcome.',
  }),
  internal: () => ({ detail: 'The service failed; its log has the error under this instance.' }),
} satisfies { readonly [Code in RefusalCode]: (refusal: HttpRefusal<Code>) => Occurrence };

const SALE_WORDS = {
  not_yet: 'The sale has not opened yet.',
  paused: 'The sale is paused.',
  ended: 'The sale has ended.',
  cancelled: 'The performance is cancelled.',
} as const;

/** How soon another try makes sense, in seconds: the `Retry-After` header. */
export const RETRY_AFTER_SECONDS: Partial<Record<RefusalCode, number>> = {
  rate_limited: 1,
  contended: 1,
  overloaded: 5,
  outcome_unknown: 1,
};

const HEADS = Object.fromEntries(
  REFUSALS.map(({ code, status, title, retry }) => [code, { type: `/errors/${code}`, title, status, retry }]),
) as Record<RefusalCode, { type: string; title: string; status: number; retry: string }>;

export function sendRefusal(reply: FastifyReply, refusal: HttpRefusal): void {
  if ('cause' in refusal) {
    const missing = 'missing' in refusal && refusal.missing !== undefined ? `: ${refusal.missing}` : '';
    reply.refusalCause = `${refusal.cause}${missing}`;
  }
  sendProblem(reply, refusal.outcome, occurrenceOf(refusal));
}

/** The details of a refusal. */
export function occurrenceOf(refusal: HttpRefusal): Occurrence {
  const occurrence = OCCURRENCES[refusal.outcome] as (refusal: HttpRefusal) => Occurrence;
  return occurrence(refusal);
}

/** Answers with a problem in other words, or with another status: 413 and 415 are `invalid_request`. */
export function sendProblem(
  reply: FastifyReply,
  code: RefusalCode,
  { detail, ...members }: Occurrence,
  status: number = HEADS[code].status,
): void {
  reply.outcome = code;
  reply.code(status).header('content-type', PROBLEM_TYPE).header('cache-control', 'no-store');
  const retryAfter = RETRY_AFTER_SECONDS[code];
  // A caller that knows better has set it.
  if (retryAfter !== undefined && !reply.hasHeader('retry-after'))
    reply.header('retry-after', String(retryAfter));
  const { basePath } = reply.request.server;
  reply.send(problemText(code, { status, instance: reply.request.id, detail, ...members }, basePath));
}

/** The document; `instance` is the request's id, a UUID. */
export function problemText(
  code: RefusalCode,
  { status, instance, ...occurrence }: Occurrence & { readonly status: number; readonly instance: string },
  basePath = '',
): string {
  const { type, title, retry } = HEADS[code];
  const head = {
    type: `${basePath}${type}`,
    title,
    status,
    outcome: code,
    retry,
    instance: `urn:uuid:${instance}`,
  };
  return JSON.stringify({ ...head, ...occurrence });
}

/** Answers that the path is unknown. */
export function sendNoRoute(reply: FastifyReply): void {
  sendProblem(reply, 'not_found', {
    detail: 'No route has this path and method; /openapi.json lists the routes.',
  });
}

/** Answers with the broken rules and their places. */
export function sendBrokenRules(reply: FastifyReply, errors: readonly BrokenRule[]): void {
  const detail = errors.map(({ path, rule }) => `${path} ${rule}`).join('; ');
  sendProblem(reply, 'invalid_request', { detail: `${detail}.`, errors });
}

declare module 'fastify' {
  interface FastifyReply {
    /** The logged outcome: `ok`, or a refusal's code. */
    outcome: string;
    /** The cause of a refusal, for the log only. */
    refusalCause: string | undefined;
  }
}
