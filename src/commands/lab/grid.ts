import { checkStrategies, STRATEGIES_COMPARED } from '../../lab/compare/compare.ts';
import type { Grid } from '../../lab/compare/compare.ts';
import type { RateGoal } from '../../lab/find-rate/find-rate.ts';
import { scheduleSearches } from '../../lab/find-rate/find-rate.ts';
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

/** More searches are a slip in one of the lists: they would take most of a day. */
const SEARCHES_MAX = 100;
/** Fewer probes have no majority that one of them could not overturn. */
const CONFIRMATIONS_MIN = 3;

/** The goal of `--find-rate`; undefined without it. Throws `ConfigError` for settings that no search can have. */
export function rateGoalOf(options: CommandOptions<'compare'>, grid: Grid): RateGoal | undefined {
  const { findRate, p99Ms, rateMax, searchMinutes } = options;
  if (!findRate) {
    if (p99Ms > 0) throw new ConfigError('--p99-ms is for --find-rate, which is not given');
    return undefined;
  }
  if (p99Ms === 0) throw new ConfigError('--find-rate needs --p99-ms, the bound that the rate must keep');
  if (grid.loads.some(({ kind }) => kind === 'open'))
    throw new ConfigError('--load must be left out with --find-rate, which sets the rates itself');
  const shortest = Math.min(...grid.timeoutsMs);
  if (shortest === 0)
    throw new ConfigError('--timeout-ms must not be 0 with --find-rate: an overload would not end');
  if (p99Ms >= shortest)
    throw new ConfigError(
      `--p99-ms must be less than --timeout-ms (${shortest}), after which requests give up`,
    );
  const longest = Math.max(...grid.worksMs);
  if (p99Ms <= longest)
    throw new ConfigError(`--p99-ms must be more than --work-ms (${longest}), which every request takes`);
  if (Math.min(...grid.repeats) < CONFIRMATIONS_MIN)
    throw new ConfigError(`--repeats must be at least ${CONFIRMATIONS_MIN} with --find-rate`);
  const searches = scheduleSearches(grid).length;
  if (searches > SEARCHES_MAX)
    throw new ConfigError(`these lists make ${searches} searches; at most ${SEARCHES_MAX} are made`);
  return { p99Ms, rateMax, searchMs: searchMinutes * 60_000 };
}

function checkNames(grid: Grid): void {
  try {
    checkStrategies(grid);
  } catch (error) {
    if (!(error instanceof StrategyRefused)) throw error;
    throw new ConfigError(`--strategies: ${error.message}`, { cause: error });
  }
}
