import type { HoldStrategy } from './hold.ts';
import { optimisticHold } from './optimistic.ts';
import { unguardedHold } from './unguarded.ts';

/** Every strategy of `hold`; the first is the default. */
export const HOLD_STRATEGIES: readonly [HoldStrategy, ...HoldStrategy[]] = [optimisticHold, unguardedHold];
