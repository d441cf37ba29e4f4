import { atomicHold } from './atomic.ts';
import { constraintHold } from './constraint.ts';
import { groupedHold } from './grouped/grouped.ts';
import type { HoldCommand, HoldStrategy } from './hold.ts';
import { optimisticRollbackHold } from './optimistic-rollback.ts';
import { optimisticHold } from './optimistic.ts';
import { pessimisticNowaitHold } from './pessimistic-nowait.ts';
import { pessimisticHold } from './pessimistic.ts';
import { serializableHold } from './serializable.ts';
import { unguardedHold } from './unguarded.ts';

/** Every strategy of `hold`; the first is the analysis's choice. */
export const HOLD_STRATEGIES: readonly [HoldStrategy, ...HoldStrategy[]] = [
  optimisticHold,
  optimisticRollbackHold,
  pessimisticHold,
  pessimisticNowaitHold,
  atomicHold,
  serializableHold,
  constraintHold,
  groupedHold,
  unguardedHold,
];

/** What a hold contends for, as the keys of a lock outside of the tables. */
export function holdKeys(command: HoldCommand): readonly string[] {
  return command.seats.map((seat) => `seat ${command.performanceId} ${seat}`);
}
