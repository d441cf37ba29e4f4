import type { ChargeStrategy } from './charge.ts';
import { pessimisticCharge } from './pessimistic.ts';
import { unguardedCharge } from './unguarded.ts';

/** Every strategy of `charge`; the first is the default. */
export const CHARGE_STRATEGIES: readonly [ChargeStrategy, ...ChargeStrategy[]] = [
  pessimisticCharge,
  unguardedCharge,
];
