/** A payment attempt, as its three steps share it. */
import type { Bytes } from '../../../lib/bytes.ts';
import type { By } from '../../../operator-log/note-action.ts';
import type { LedgerRow } from './wallet.ts';

/** One try to take a reservation's money, or to give some of it back. */
export interface Attempt {
  readonly performanceId: string;
  readonly reservationId: string;
  /** Its number among the attempts of the reservation, from 1. */
  readonly attempt: number;
  readonly accountId: string;
  readonly kind: 'payment' | 'refund';
  /** Minor units. */
  readonly amount: number;
  /** Of the request that began it. */
  readonly idempotencyKey: string;
  readonly requestHash: Bytes;
  /** A refund's part: how many seats earlier refunds gave back. */
  readonly part: number;
  /** The seats that a refund gives back. */
  readonly seats: readonly number[];
  /** On whose behalf a refund is made, for the operator log; undefined for one that is not noted. */
  readonly noted?: By | undefined;
}

/** What became of an attempt on the account's side. */
export type Settled =
  | { readonly outcome: 'debited' | 'credited'; readonly entry: LedgerRow }
  | { readonly outcome: 'refused'; readonly reason: RefusalReason };

/** Why the account's side refused an attempt. */
export type RefusalReason = 'insufficient_balance' | 'idempotency_key_reused';

/** Names an attempt in memory. */
export function attemptKey({ reservationId, attempt }: Pick<Attempt, 'reservationId' | 'attempt'>): string {
  return `${reservationId} ${attempt}`;
}
