/** An example problem document for every refusal, for the OpenAPI document. */
import type { RefusalCode } from '../../domain/outcomes.ts';
import { protocolFaultDetail } from '../answers/faults.ts';
import type { HttpRefusal } from '../answers/problem.ts';
import { occurrenceOf, problemText } from '../answers/problem.ts';
import type { Documented } from './operations.ts';

const SAMPLES = {
  unauthenticated: {},
  forbidden: {},
  account_blocked: {},
  invalid_request: { detail: 'body/seats must not have duplicate items.' },
  rate_limited: {},
  idempotency_key_missing: {},
  not_found: { what: 'reservation' },
  idempotency_key_reused: {},
  sales_closed: { reason: 'not_yet', opensAt: new Date('2026-05-01T11:00:00Z') },
  seat_taken: { seats: ['A-1-2'] },
  seats_unavailable: {},
  seat_limit_exceeded: { limit: 4, claimed: 4 },
  hold_budget_exceeded: { retryAt: new Date('2026-05-01T12:05:00Z') },
  hold_expired: {},
  reservation_not_payable: { state: 'released' },
  reservation_not_releasable: { state: 'confirmed' },
  reservation_not_refundable: { state: 'confirmed', reason: 'deadline' },
  insufficient_balance: { required: 150_000, available: 20_000 },
  balance_limit_exceeded: { limit: 1_000_000_000_000, balance: 999_999_999_000 },
  contended: { cause: 'pool' },
  overloaded: { cause: 'database' },
  outcome_unknown: {},
  internal: {},
} satisfies { readonly [Code in RefusalCode]: Omit<HttpRefusal<Code>, 'outcome'> };

/** The refusal's example, as the route answers it with this status. */
export function exampleOf(code: RefusalCode, status: number, route?: Documented): unknown {
  const refusal = {
    outcome: code,
    ...SAMPLES[code],
    ...(route !== undefined && sampleOf(code, status, route)),
  } as HttpRefusal;
  const instance = '0d5f1d8e-5b0b-4f0c-9d5c-0a6c1c8f3e21';
  return JSON.parse(problemText(code, { ...occurrenceOf(refusal), status, instance }));
}

function sampleOf(code: RefusalCode, status: number, route: Documented): object {
  if (code === 'invalid_request')
    return { detail: protocolFaultDetail(status) ?? brokenRuleOf(status, route) };
  const what = /(\w+)Id\}[^{]*$/.exec(route.path)?.[1];
  return code === 'not_found' && what !== undefined ? { what } : {};
}

/** A rule of a part of the request that the route takes. */
function brokenRuleOf(status: number, { method, config, body, hasQuery }: Documented): string {
  if (status === 405) return `This path does not take PATCH; it takes ${method.toUpperCase()}, OPTIONS.`;
  if (body !== 'none') return 'body has a property that is unknown.';
  if (config.needsKey === true) return 'header/Idempotency-Key must be 1 to 255 printable ASCII characters.';
  return hasQuery ? 'query/limit must be <= 100.' : 'The path is not validly encoded.';
}
