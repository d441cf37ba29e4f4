/** The values of the lab's flags. Every failure is a `ConfigError` in one line that names the flag and its rule. */
import { ConfigError } from './config.ts';
import type { Isolation, Load } from '../../lab/measure/scenario.ts';
import { OPERATIONS } from '../../lab/measure/scenario.ts';
import { experimentsNamed } from '../../lab/claims/claims.ts';
import type { Grid } from '../../lab/compare/compare.ts';
import { checkStrategies, STRATEGIES_COMPARED } from '../../lab/compare/compare.ts';
import { EXPERIMENTS } from '../../lab/claims/all.ts';
import type { Experiment } from '../../lab/claims/experiment.ts';
import { StrategyRefused } from '../../operations/registry.ts';

export type LabFlags = Readonly<Partial<Record<string, string | boolean>>>;

const SEED_MAX = 4_294_967_295;
const TIMEOUT_MS_MAX = 2_147_483_647;
const WORK_MS_MAX = 60_000;
/** More combinations than anybody waits for; a slip of the pen makes them easily. */
const CELLS_MAX = 2_000;

const ISOLATIONS: Readonly<Record<string, Isolation | 'own'>> = {
  own: 'own',
  'read-committed': 'read committed',
  'repeatable-read': 'repeatable read',
  serializable: 'serializable',
};

/** The experiments that `--only` names, or all. */
export function experimentsOf(flags: LabFlags): readonly Experiment[] {
  const { only } = flags;
  if (only === undefined) return EXPERIMENTS;
  const found = experimentsNamed(listOf('--only', String(only)));
  if (found !== undefined) return found;
  throw new ConfigError(
    `--only must be a list of ${EXPERIMENTS.map(({ id }) => id).join(', ')}, not ${JSON.stringify(only)}`,
  );
}

export function seedOf(flags: LabFlags): number {
  return onlyOne(numbersOf(flags, 'seed', [0, SEED_MAX]), '--seed');
}

/** The grid of a comparison. */
export function gridOf(flags: LabFlags): Grid {
  const operations = choicesOf(flags, 'operation', OPERATIONS);
  const grid: Grid = {
    operations,
    strategies: strategiesOf(flags),
    requests: numbersOf(flags, 'requests', [1, 1_000_000]),
    pools: numbersOf(flags, 'pool', [1, 10_000]),
    worksMs: numbersOf(flags, 'workMs', [0, WORK_MS_MAX]),
    accounts: numbersOf(flags, 'accounts', [1, 1_000_000]),
    seats: numbersOf(flags, 'seats', [1, 1_000_000]),
    timeoutsMs: numbersOf(flags, 'timeoutMs', [0, TIMEOUT_MS_MAX]),
    isolations: choicesOf(flags, 'isolation', Object.keys(ISOLATIONS)).map(
      (name) => ISOLATIONS[name] ?? 'own',
    ),
    loads: listOf('--load', textOf(flags, 'load')).map(loadOf),
    repeats: numbersOf(flags, 'repeats', [1, 1_000]),
    seeds: numbersOf(flags, 'seed', [0, SEED_MAX]),
  };
  checkNames(grid);
  const lists = [
    grid.requests,
    grid.pools,
    grid.worksMs,
    grid.accounts,
    grid.seats,
    grid.timeoutsMs,
    grid.isolations,
    grid.loads,
    grid.repeats,
    grid.seeds,
  ];
  const strategies = operations.reduce((sum, operation) => sum + grid.strategies[operation].length, 0);
  const cells = lists.reduce((count, list) => count * list.length, strategies);
  if (cells > CELLS_MAX)
    throw new ConfigError(`these lists make ${cells} combinations; at most ${CELLS_MAX} are run`);
  return grid;
}

function checkNames(grid: Grid): void {
  try {
    checkStrategies(grid);
  } catch (error) {
    throw error instanceof StrategyRefused
      ? new ConfigError(`--strategies: ${error.message}`, { cause: error })
      : error;
  }
}

function strategiesOf(flags: LabFlags): Grid['strategies'] {
  const given = flags['strategies'];
  if (given === undefined) return STRATEGIES_COMPARED;
  const names = listOf('--strategies', String(given));
  return { topUp: names, hold: names, pay: names };
}

function loadOf(text: string): Load {
  if (text === 'closed') return { kind: 'closed' };
  const rate = /^open:(\d{1,6}(?:\.\d{1,3})?)$/.exec(text)?.[1];
  if (rate !== undefined && Number(rate) > 0) return { kind: 'open', perSecond: Number(rate) };
  throw new ConfigError(
    `--load must be a list of closed, open:RATE (requests per second), not ${JSON.stringify(text)}`,
  );
}

function choicesOf<T extends string>(flags: LabFlags, name: string, choices: readonly T[]): readonly T[] {
  return listOf(flagOf(name), textOf(flags, name)).map((text) => {
    const choice = choices.find((one) => one === text);
    if (choice !== undefined) return choice;
    throw new ConfigError(
      `${flagOf(name)} must be a list of ${choices.join(', ')}, not ${JSON.stringify(text)}`,
    );
  });
}

function numbersOf(flags: LabFlags, name: string, [min, max]: readonly [number, number]): readonly number[] {
  return listOf(flagOf(name), textOf(flags, name)).map((text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new ConfigError(
      `${flagOf(name)} must be whole numbers from ${min} to ${max}, not ${JSON.stringify(text)}`,
    );
  });
}

/** Values between commas, each once. */
function listOf(flag: string, text: string): readonly string[] {
  const values = text.split(',').map((value) => value.trim());
  if (values.includes(''))
    throw new ConfigError(`${flag} must be values with commas between them, not ${JSON.stringify(text)}`);
  return [...new Set(values)];
}

function onlyOne(values: readonly number[], flag: string): number {
  const [value, ...others] = values;
  if (value === undefined || others.length > 0) throw new ConfigError(`${flag} must be one number`);
  return value;
}

function textOf(flags: LabFlags, name: string): string {
  return String(flags[name] ?? '');
}

/** `workMs` is given as `--work-ms`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
