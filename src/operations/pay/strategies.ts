import { atomicPay } from './atomic.ts';
import { groupedPay } from './grouped/grouped.ts';
import { guardLastPay } from './guard-last.ts';
import { optimisticRollbackPay } from './optimistic-rollback.ts';
import { optimisticPay } from './optimistic.ts';
import type { PayCommand, PayStrategy } from './pay.ts';
import { pessimisticNowaitPay } from './pessimistic-nowait.ts';
import { pessimisticPay } from './pessimistic.ts';
import { serializablePay } from './serializable.ts';
import { settledPay } from './settled.ts';
import { unguardedPay } from './unguarded.ts';

/** Every strategy of `pay`; the first is the analysis's choice. */
export const PAY_STRATEGIES: readonly [PayStrategy, ...PayStrategy[]] = [
  optimisticPay,
  optimisticRollbackPay,
  pessimisticPay,
  pessimisticNowaitPay,
  atomicPay,
  serializablePay,
  groupedPay,
  settledPay,
  guardLastPay,
  unguardedPay,
];

/** What a payment contends for, as the keys of a lock outside of the tables. */
export function payKeys(command: PayCommand): readonly string[] {
  return [`reservation ${command.performanceId} ${command.reservationId}`];
}
