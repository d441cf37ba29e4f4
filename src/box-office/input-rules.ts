/** The rules that every request keeps, whichever face it came through. */
import { ACCOUNT_ID_PATTERN, IDEMPOTENCY_KEY_PATTERN, UUID_PATTERN } from '../domain/ids.ts';
import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';

/** Seats in one hold at most. */
export const SEATS_PER_HOLD_MAX = 20;

const accountId = new RegExp(ACCOUNT_ID_PATTERN);
const idempotencyKey = new RegExp(IDEMPOTENCY_KEY_PATTERN);
const uuid = new RegExp(UUID_PATTERN);

/** What is wrong with the parts that several requests share; undefined when nothing is. */
export function brokenRuleIn(request: {
  readonly accountId?: string;
  readonly idempotencyKey?: string;
}): Refusal<'invalid_request'> | undefined {
  if (request.accountId !== undefined && !accountId.test(request.accountId)) {
    return refuse('invalid_request', { detail: 'accountId: 1 to 255 printable ASCII characters' });
  }
  if (request.idempotencyKey !== undefined && !idempotencyKey.test(request.idempotencyKey)) {
    return refuse('invalid_request', { detail: 'idempotencyKey: 1 to 255 printable ASCII characters' });
  }
  return undefined;
}

/** Whether this can be a reservation's id at all; what can't be is not found. */
export function isReservationId(id: string): boolean {
  return uuid.test(id);
}
