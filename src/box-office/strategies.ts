import type { ChargeStrategy } from '../operations/charge/charge.ts';
import { CHARGE_STRATEGIES } from '../operations/charge/strategies.ts';
import type { HoldStrategy } from '../operations/hold/hold.ts';
import { HOLD_STRATEGIES } from '../operations/hold/strategies.ts';
import type { PayStrategy } from '../operations/pay/pay.ts';
import { PAY_STRATEGIES } from '../operations/pay/strategies.ts';

/** Which strategy carries out each contended operation. */
export interface Strategies {
  readonly charge: ChargeStrategy;
  readonly hold: HoldStrategy;
  readonly pay: PayStrategy;
}

/** Strategies by name; what is left out is the operation's default. */
export interface StrategyNames {
  readonly charge?: string | undefined;
  readonly hold?: string | undefined;
  readonly pay?: string | undefined;
}

/** A strategy that the service can't use: unknown, or made for the lab. The message is one line for an operator. */
export class StrategyRefused extends Error {}

/** Finds the named strategies. Throws `StrategyRefused` for an unknown name, and for controls and lab-only strategies. */
export function strategiesNamed(names: StrategyNames): Strategies {
  return {
    charge: strategyNamed('charge', CHARGE_STRATEGIES, names.charge),
    hold: strategyNamed('hold', HOLD_STRATEGIES, names.hold),
    pay: strategyNamed('pay', PAY_STRATEGIES, names.pay),
  };
}

function strategyNamed<S extends { readonly name: string; readonly use: 'service' | 'lab' }>(
  operation: string,
  all: readonly [S, ...S[]],
  name: string | undefined,
): S {
  if (name === undefined) return all[0];
  const usable = all.filter((strategy) => strategy.use === 'service').map((strategy) => strategy.name);
  const found = all.find((strategy) => strategy.name === name);
  if (found === undefined) {
    throw new StrategyRefused(`${operation} has no strategy "${name}"; there are: ${usable.join(', ')}`);
  }
  if (found.use === 'lab') {
    throw new StrategyRefused(
      `the ${operation} strategy "${name}" is for the lab only, it does not keep the invariants; use one of: ${usable.join(', ')}`,
    );
  }
  return found;
}
