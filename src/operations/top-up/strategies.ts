import { atomicTopUp } from './atomic.ts';
import type { TopUpCommand, TopUpStrategy } from './top-up.ts';
import { groupedTopUp } from './grouped.ts';
import { optimisticRollbackTopUp } from './optimistic-rollback.ts';
import { optimisticTopUp } from './optimistic.ts';
import { pessimisticNowaitTopUp } from './pessimistic-nowait.ts';
import { pessimisticTopUp } from './pessimistic.ts';
import { serializableTopUp } from './serializable.ts';
import { unguardedTopUp } from './unguarded.ts';

/** Every strategy of `top-up`; the first is the analysis's choice. */
export const TOP_UP_STRATEGIES: readonly [TopUpStrategy, ...TopUpStrategy[]] = [
  pessimisticTopUp,
  optimisticTopUp,
  optimisticRollbackTopUp,
  pessimisticNowaitTopUp,
  atomicTopUp,
  serializableTopUp,
  groupedTopUp,
  unguardedTopUp,
];

/** What a top-up contends for, as the keys of a lock outside of the tables. */
export function topUpKeys(command: TopUpCommand): readonly string[] {
  return [`wallet ${command.accountId}`];
}
