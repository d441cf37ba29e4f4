import type { TopUpStrategy } from '../operations/top-up/top-up.ts';
import type { HoldStrategy } from '../operations/hold/hold.ts';
import {
  topUpStrategyNamed,
  holdStrategyNamed,
  payStrategyNamed,
  StrategyRefused,
} from '../operations/registry.ts';
import type { StrategyResources } from '../operations/registry.ts';
import type { PayStrategy } from '../operations/pay/pay.ts';
import { accountsOf } from '../operations/strategy.ts';
import type { OperationContext } from '../operations/strategy.ts';
import type { RedisLocks } from '../operations/wrappers/redis-lock.ts';

/** Which strategy carries out each contended operation. */
export interface Strategies {
  readonly topUp: TopUpStrategy;
  readonly hold: HoldStrategy;
  readonly pay: PayStrategy;
}

/** The strategies, opened on a database. */
export interface OpenStrategies {
  readonly topUp: ReturnType<TopUpStrategy['open']>;
  readonly hold: ReturnType<HoldStrategy['open']>;
  readonly pay: ReturnType<PayStrategy['open']>;
  /** How many requests wait in them to be decided. */
  readonly waiting: number;
  /** Refuses further requests, and resolves once all accepted ones are answered. */
  readonly close: () => Promise<void>;
}

/** Gets what groups do, by the operation. */
export interface GroupObserver {
  /** A transaction decided so many requests. */
  groupDecided(operation: keyof StrategyNames, size: number): void;
  /** How long a request waited for its group to be formed. */
  waitedForGroup(operation: keyof StrategyNames, ms: number): void;
}

/** Strategies by name, such as `optimistic+retry`; `grouped` by default, and `settled` for payments with several servers. */
export interface StrategyNames {
  readonly topUp?: string | undefined;
  readonly hold?: string | undefined;
  readonly pay?: string | undefined;
}

/** It decides as the analysis does, for many requests at the price of one (docs/group-execution.md). */
const DEFAULT_STRATEGY = 'grouped';

/** It pays with money that is on another server than the performance, too. */
const DEFAULT_PAY_APART = 'settled';

/**
 * Finds the named strategies; `isApart` where performances are on other servers than the accounts. Throws `StrategyRefused`
 * for an unknown, control or lab-only strategy, and for one of payments that can't work apart.
 */
export function strategiesNamed(
  names: StrategyNames,
  resources: StrategyResources = {},
  isApart = false,
): Strategies {
  const payName = names.pay ?? (isApart ? DEFAULT_PAY_APART : DEFAULT_STRATEGY);
  const pay = payStrategyNamed(payName, resources);
  if (isApart && pay.apart !== true) {
    throw new StrategyRefused(
      `the pay strategy "${pay.name}" needs accounts and performances on one server: with several servers use "${DEFAULT_PAY_APART}"`,
    );
  }
  return {
    topUp: forService('topUp', topUpStrategyNamed(names.topUp ?? DEFAULT_STRATEGY, resources)),
    hold: forService('hold', holdStrategyNamed(names.hold ?? DEFAULT_STRATEGY, resources)),
    pay: forService('pay', pay),
  };
}

/** Opens strategies on a database. Close them before the database. */
export function openStrategies(
  context: OperationContext,
  strategies: Strategies,
  observer?: GroupObserver,
): OpenStrategies {
  const contextOf = (operation: keyof Strategies): OperationContext =>
    observer === undefined
      ? context
      : {
          ...context,
          groupDecided: (size) => {
            context.groupDecided?.(size);
            observer.groupDecided(operation, size);
          },
          waitedForGroup: (ms) => observer.waitedForGroup(operation, ms),
        };
  // An account's money is where the accounts are.
  const topUp = strategies.topUp.open({ ...contextOf('topUp'), database: accountsOf(context) });
  const hold = strategies.hold.open(contextOf('hold'));
  const pay = strategies.pay.open(contextOf('pay'));
  return {
    topUp,
    hold,
    pay,
    get waiting() {
      return topUp.waiting + hold.waiting + pay.waiting;
    },
    close: async () => {
      await Promise.all([topUp.close(), hold.close(), pay.close()]);
    },
  };
}

/** Returns the name if a service may use the strategy, whatever it needs. Throws `StrategyRefused`. */
export function checkedStrategyName(operation: keyof Strategies, name: string): string {
  const redisLocks: RedisLocks = { acquire: async () => undefined, close: async () => undefined };
  return strategiesNamed({ [operation]: name }, { redisLocks })[operation].name;
}

function forService<S extends { readonly name: string; readonly use: 'service' | 'lab' }>(
  operation: string,
  strategy: S,
): S {
  if (strategy.use === 'service') return strategy;
  throw new StrategyRefused(
    `the ${operation} strategy "${strategy.name}" is for the lab only: it must not serve buyers`,
  );
}
