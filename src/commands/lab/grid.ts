import { checkStrategies, STRATEGIES_COMPARED } from '../../lab/compare/compare.ts';
import type { Grid } from '../../lab/compare/compare.ts';
import { StrategyRefused } from '../../operations/registry.ts';
import { ConfigError } from '../options/option.ts';
import type { CommandOptions } from '../options/table.ts';

/** A larger grid is a slip in one of the lists: measuring it would take days. */
const COMBINATIONS_MAX = 2_000;

/** The grid of a comparison. Throws `ConfigError` for an unknown strategy and a too large grid. */
export function gridOf(options: CommandOptions<'compare'>): Grid {
  const { operation: operations, strategies: names } = options;
  const grid: Grid = {
    operations,
    strategies: names.length === 0 ? STRATEGIES_COMPARED : { topUp: names, hold: names, pay: names },
    requests: options.requests,
    pools: options.pool,
    worksMs: options.workMs,
    accounts: options.accounts,
    seats: options.seats,
    timeoutsMs: options.timeoutMs,
    isolations: options.isolation,
    loads: options.load,
    repeats: options.repeats,
    seeds: options.seed,
  };
  checkNames(grid);
  const { operations: _, strategies, ...lists } = grid;
  const ofStrategies = operations.reduce((sum, operation) => sum + strategies[operation].length, 0);
  const count = Object.values(lists).reduce((product, { length }) => product * length, ofStrategies);
  if (count > COMBINATIONS_MAX)
    throw new ConfigError(`these lists make ${count} combinations; at most ${COMBINATIONS_MAX} are measured`);
  return grid;
}

function checkNames(grid: Grid): void {
  try {
    checkStrategies(grid);
  } catch (error) {
    if (!(error instanceof StrategyRefused)) throw error;
    throw new ConfigError(`--strategies: ${error.message}`, { cause: error });
  }
}
