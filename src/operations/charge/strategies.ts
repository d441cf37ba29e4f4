import { atomicCharge } from './atomic.ts';
import type { ChargeCommand, ChargeStrategy } from './charge.ts';
import { groupedCharge } from './grouped.ts';
import { optimisticRollbackCharge } from './optimistic-rollback.ts';
import { optimisticCharge } from './optimistic.ts';
import { pessimisticNowaitCharge } from './pessimistic-nowait.ts';
import { pessimisticCharge } from './pessimistic.ts';
import { serializableCharge } from './serializable.ts';
import { unguardedCharge } from './unguarded.ts';

/** Every strategy of `charge`; the first is the source analysis's decision. */
export const CHARGE_STRATEGIES: readonly [ChargeStrategy, ...ChargeStrategy[]] = [
  pessimisticCharge,
  optimisticCharge,
  optimisticRollbackCharge,
  pessimisticNowaitCharge,
  atomicCharge,
  serializableCharge,
  groupedCharge,
  unguardedCharge,
];

/** What a charge contends for, as the keys of a lock outside of the tables. */
export function chargeKeys(command: ChargeCommand): readonly string[] {
  return [`wallet ${command.accountId}`];
}
