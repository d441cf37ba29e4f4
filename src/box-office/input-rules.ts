/** The rules of every request, by library or HTTP. */
import { ACCOUNT_ID_PATTERN, IDEMPOTENCY_KEY_PATTERN, UUID_PATTERN } from '../domain/ids.ts';
import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';

/** How many seats one hold may have. */
export const SEATS_PER_HOLD_MAX = 20;

const accountId = new RegExp(ACCOUNT_ID_PATTERN);
const idempotencyKey = new RegExp(IDEMPOTENCY_KEY_PATTERN);
const uuid = new RegExp(UUID_PATTERN);

/** The refusal of parts that several requests share, or undefined. */
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

/** The refusal of a list of seats by label: a hold's, or a refund's. */
export function faultInSeats(seats: readonly string[]): Refusal<'invalid_request'> | undefined {
  if (seats.length < 1 || seats.length > SEATS_PER_HOLD_MAX) {
    return refuse('invalid_request', { detail: `seats: 1 to ${SEATS_PER_HOLD_MAX} seats` });
  }
  if (new Set(seats).size !== seats.length) {
    return refuse('invalid_request', { detail: 'seats: each seat once' });
  }
  return undefined;
}

/** Whether the id has the form of a reservation's; no other can exist. */
export function isReservationId(id: string): boolean {
  return uuid.test(id);
}
