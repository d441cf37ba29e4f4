/** Topping up a wallet. */
import { requestHashOf } from '../../domain/ids.ts';
import { TOP_UP_AMOUNT_MAX } from '../../domain/money.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { ToppedUp, TopUpRefusal as OperationRefusal } from '../../operations/top-up/top-up.ts';
import type { BoxOfficeContext } from '../context.ts';
import { brokenRuleIn } from '../input-rules.ts';

export interface TopUpRequest {
  readonly accountId: string;
  /** Minor units: a whole number from 1 to `TOP_UP_AMOUNT_MAX`. */
  readonly amount: number;
  /** Unique per account; the same request with the same key has one effect and one answer. */
  readonly idempotencyKey: string;
}

export type TopUpRefusal = OperationRefusal | Refusal<'invalid_request'>;

/** Adds money to an account's wallet. Refusals: `invalid_request`, and those of `TopUpOutcome`. */
export async function topUpWallet(
  context: BoxOfficeContext,
  request: TopUpRequest,
): Promise<ToppedUp | TopUpRefusal> {
  const fault = brokenRuleIn(request);
  if (fault !== undefined) return fault;
  const { accountId, amount, idempotencyKey } = request;
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > TOP_UP_AMOUNT_MAX) {
    return refuse('invalid_request', { detail: `amount: a whole number from 1 to ${TOP_UP_AMOUNT_MAX}` });
  }
  const requestHash = requestHashOf('topUp', amount);
  return context.strategies.topUp.execute({ accountId, amount, idempotencyKey, requestHash });
}
