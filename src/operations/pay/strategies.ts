import { optimisticPay } from './optimistic.ts';
import type { PayStrategy } from './pay.ts';
import { unguardedPay } from './unguarded.ts';

/** Every strategy of `pay`; the first is the default. */
export const PAY_STRATEGIES: readonly [PayStrategy, ...PayStrategy[]] = [optimisticPay, unguardedPay];
