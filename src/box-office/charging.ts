/** Charging a wallet. */
import { requestHashOf } from '../domain/ids.ts';
import { MAX_CHARGE_AMOUNT } from '../domain/money.ts';
import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import type { Charged } from '../operations/charge/charge.ts';
import type { Desk } from './desk.ts';
import { faultIn } from './requests.ts';

export interface ChargeRequest {
  readonly accountId: string;
  /** Minor units: a whole number from 1 to `MAX_CHARGE_AMOUNT`. */
  readonly amount: number;
  /** Unique per account; the same request with the same key has one effect and one answer. */
  readonly idempotencyKey: string;
}

/** Adds money to an account's wallet. Refusals: `invalid_request`, and those of `ChargeOutcome`. */
export async function chargeWallet(desk: Desk, request: ChargeRequest): Promise<Charged | Refusal> {
  const fault = faultIn(request);
  if (fault !== undefined) return fault;
  const { accountId, amount, idempotencyKey } = request;
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > MAX_CHARGE_AMOUNT) {
    return refuse('invalid_request', { detail: `amount: a whole number from 1 to ${MAX_CHARGE_AMOUNT}` });
  }
  const requestHash = requestHashOf('charge', amount);
  return desk.strategies.charge.execute(desk, { accountId, amount, idempotencyKey, requestHash });
}
