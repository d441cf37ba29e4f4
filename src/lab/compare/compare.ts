/** `lab compare`: strategies side by side, for every combination of the given settings. */
import { StrategyRefused } from '../../operations/registry.ts';
import type { RedisLocks } from '../../operations/wrappers/redis-lock.ts';
import type { Scenario, Isolation, Load, Operation, ScheduledScenario } from '../measure/scenario.ts';
import { SCENARIO_DEFAULTS } from '../measure/scenario.ts';
import type { LabObserver } from '../claims/claims.ts';
import { isCorrect } from '../measure/final-state.ts';
import type { Runs } from '../schedule.ts';
import { runSchedule } from '../schedule.ts';
import type { Environment } from '../environment.ts';
import type { RunSummary } from '../measure/run-summary.ts';
import type { AaControl } from '../aa-control.ts';
import { compareAaControl, scheduleAaControl } from '../aa-control.ts';
import { topUpBy, holdBy, payBy } from '../measure/strategies.ts';

/** Lists of settings; the lab measures their product. */
export interface Grid {
  readonly operations: readonly Operation[];
  /** Not every operation has the same ones. */
  readonly strategies: Readonly<Record<Operation, readonly string[]>>;
  readonly requests: readonly number[];
  readonly pools: readonly number[];
  readonly worksMs: readonly number[];
  /** Wallets that are topped up, or that pay. */
  readonly accounts: readonly number[];
  /** Seats that are held, or reservations that are paid. */
  readonly seats: readonly number[];
  /** Bounds the wait for a connection and each statement; 0 is none. */
  readonly timeoutsMs: readonly number[];
  /** `own` is the strategy's own. */
  readonly isolations: readonly (Isolation | 'own')[];
  readonly loads: readonly Load[];
  readonly repeats: readonly number[];
  readonly seeds: readonly number[];
}

export interface ComparedScenario {
  readonly label: string;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly runs: readonly RunSummary[];
  /** Every run left the database correct. */
  readonly isCorrect: boolean;
}

export interface CompareResult {
  readonly scenarios: readonly ComparedScenario[];
  readonly aaControl: AaControl | undefined;
  readonly interrupted: boolean;
}

export interface CompareOptions {
  readonly environment: Environment;
  readonly grid: Grid;
  readonly observer: LabObserver;
}

/** The default strategies; the control last. */
export const STRATEGIES_COMPARED: Readonly<Record<Operation, readonly string[]>> = {
  topUp: [
    'pessimistic',
    'grouped',
    'atomic',
    'pessimistic-nowait',
    'optimistic',
    'optimistic+retry',
    'serializable',
    'unguarded',
  ],
  hold: [
    'optimistic',
    'grouped',
    'atomic',
    'pessimistic',
    'pessimistic-nowait',
    'serializable',
    'constraint',
    'unguarded',
  ],
  pay: [
    'optimistic',
    'grouped',
    'atomic',
    'pessimistic',
    'pessimistic-nowait',
    'serializable',
    'guard-last',
    'unguarded',
  ],
};

/** No Redis is needed to check names. */
const NO_LOCKS: RedisLocks = { acquire: async () => undefined, close: async () => undefined };

/** Throws `StrategyRefused` for an unknown strategy. */
export function checkStrategies(grid: Grid): void {
  const resources = { redisLocks: NO_LOCKS };
  const finders = { topUp: topUpBy, hold: holdBy, pay: payBy };
  for (const operation of grid.operations) {
    if (grid.strategies[operation].length === 0)
      throw new StrategyRefused(`${operation}: no strategy is named`);
    for (const name of grid.strategies[operation]) finders[operation](name, resources);
  }
}

/** The scenarios for one number of repeats and one seed. */
export interface Round {
  readonly name: string;
  readonly seed: number;
  readonly scenarios: readonly ScheduledScenario[];
}

/** All rounds; the first scenario of each is also its A/A control. */
export function scheduleComparison(grid: Grid): readonly Round[] {
  return grid.seeds.flatMap((seed) =>
    grid.repeats.map((repeats, index) => {
      const scenarios = scenariosOf(grid).map(({ label, scenario }) => ({ label, scenario, repeats }));
      const first = scenarios[0];
      const name = [`seed ${seed}`, ...(grid.repeats.length > 1 ? [`round ${index + 1}`] : [])].join(', ');
      return {
        name,
        seed,
        scenarios: first === undefined ? [] : [...scenarios, ...scheduleAaControl(first.scenario, repeats)],
      };
    }),
  );
}

export async function compareStrategies({
  environment,
  grid,
  observer,
}: CompareOptions): Promise<CompareResult> {
  const scenarios: ComparedScenario[] = [];
  let aaControl: AaControl | undefined;
  for (const round of scheduleComparison(grid)) {
    if (environment.signal.aborted) break;
    observer.onStart(round.name);
    const runs = await runSchedule({
      environment: { ...environment, seed: round.seed },
      name: round.name,
      scenarios: round.scenarios,
      onRun: observer.onRun,
    });
    scenarios.push(...measuredScenarios(round, runs));
    const again = compareAaControl(runs);
    if (again !== undefined && again.difference >= (aaControl?.difference ?? 0)) aaControl = again;
  }
  return { scenarios, aaControl, interrupted: environment.signal.aborted };
}

function measuredScenarios({ seed, scenarios }: Round, runs: Runs): readonly ComparedScenario[] {
  return scenarios.flatMap(({ label, scenario }) => {
    const measured = runs[label] ?? [];
    if (measured.length === 0 || label.startsWith('A/A')) return [];
    const correct = measured.every(({ finalState }) => isCorrect(finalState));
    return [{ label, scenario, seed, runs: measured, isCorrect: correct }];
  });
}

type Setting = Pick<Scenario, 'operation' | 'strategy' | 'requests' | 'workMs' | 'load'> &
  Readonly<Record<'pool' | 'accounts' | 'seats' | 'timeoutMs', number>> & {
    readonly isolation: Isolation | 'own';
  };

/** The product of all lists. A label names the strategy and the settings that vary. */
function scenariosOf(grid: Grid): readonly { readonly label: string; readonly scenario: Scenario }[] {
  const varying = <T>(list: readonly T[], text: (value: T) => string): ((value: T) => string[]) =>
    list.length > 1 ? (value) => [text(value)] : () => [];
  const name = {
    operation: varying(grid.operations, (operation) => operation),
    requests: varying(grid.requests, (n) => `${n} requests`),
    pool: varying(grid.pools, (n) => `pool ${n}`),
    work: varying(grid.worksMs, (ms) => `work ${ms} ms`),
    accounts: varying(grid.accounts, (n) => `accounts ${n}`),
    seats: varying(grid.seats, (n) => `seats ${n}`),
    timeout: varying(grid.timeoutsMs, (ms) => `timeout ${ms} ms`),
    isolation: varying(grid.isolations, (level) => level),
    load: varying(grid.loads, (load) => (load.kind === 'closed' ? 'closed' : `open ${load.perSecond}/s`)),
  };
  return product(grid).map((setting) => {
    const { operation, strategy, requests, pool, workMs, accounts, seats, timeoutMs, isolation, load } =
      setting;
    const parts = [
      ...name.operation(operation),
      strategy,
      ...name.requests(requests),
      ...name.pool(pool),
      ...name.work(workMs),
      ...(operation === 'hold' ? [] : name.accounts(accounts)),
      ...(operation === 'topUp' ? [] : name.seats(seats)),
      ...name.timeout(timeoutMs),
      ...name.isolation(isolation),
      ...name.load(load),
    ];
    const scenario: Scenario = {
      ...SCENARIO_DEFAULTS,
      operation,
      strategy,
      requests,
      poolSize: pool,
      workMs,
      rows: operation === 'topUp' ? accounts : seats,
      wallets: accounts,
      timeouts: { acquireMs: timeoutMs, lockMs: 0, statementMs: timeoutMs },
      load,
      ...(isolation === 'own' ? {} : { isolation }),
    };
    return { label: parts.join(', '), scenario };
  });
}

/** Every combination of the grid's settings. */
function product(grid: Grid): readonly Setting[] {
  return grid.operations.flatMap((operation) => {
    const lists = {
      operation: [operation],
      load: grid.loads,
      isolation: grid.isolations,
      timeoutMs: grid.timeoutsMs,
      accounts: operation === 'hold' ? [1] : grid.accounts,
      seats: operation === 'topUp' ? [1] : grid.seats,
      workMs: grid.worksMs,
      requests: grid.requests,
      pool: grid.pools,
      strategy: grid.strategies[operation],
    } satisfies { readonly [Name in keyof Setting]: readonly Setting[Name][] };
    return Object.entries(lists).reduce<readonly Partial<Setting>[]>(
      (settings, [name, list]) =>
        settings.flatMap((setting) => list.map((value) => ({ ...setting, [name]: value }))),
      [{}],
    ) as readonly Setting[];
  });
}
