/** `lab compare --find-rate`: the highest arrival rate that each strategy sustains. */
import type { LabObserver } from '../claims/claims.ts';
import { scheduleComparison } from '../compare/compare.ts';
import type { Grid } from '../compare/compare.ts';
import type { Environment } from '../environment.ts';
import { estimateMs } from '../estimate.ts';
import { isCorrect } from '../measure/final-state.ts';
import { truncateTables } from '../measure/fixture.ts';
import { runScenario } from '../measure/run-scenario.ts';
import type { Scenario } from '../measure/scenario.ts';
import { runUnlessStopped } from '../schedule.ts';
import type { Probe } from './probe.ts';
import { judgeProbe } from './probe.ts';
import type { Found } from './search.ts';
import { findRate } from './search.ts';

/** What to search for, and how long. */
export interface RateGoal {
  /** The 99th percentile may be at most this. */
  readonly p99Ms: number;
  /** The highest rate that is tried. */
  readonly rateMax: number;
  /** No probe of a search begins after this. */
  readonly searchMs: number;
}

export interface RateSearch {
  readonly label: string;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly confirmations: number;
  readonly found: Found;
  /** All probes, in their order. */
  readonly probes: readonly Probe[];
  /** Every probe left the database correct. */
  readonly isCorrect: boolean;
}

export interface FindRateResult {
  readonly goal: RateGoal;
  readonly searches: readonly RateSearch[];
  readonly interrupted: boolean;
}

/** The lowest rate that is tried: a probe of the fewest requests then takes ten seconds. */
export const RATE_MIN = 20;
/** A probe takes at least so long, and has at least the scenario's number of requests. */
export const PROBE_SECONDS = 2;

/** One search: a combination of the grid, searched once for each seed. */
export interface PlannedSearch {
  readonly round: string;
  readonly label: string;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly confirmations: number;
}

export function scheduleSearches(grid: Grid): readonly PlannedSearch[] {
  return scheduleComparison(grid).flatMap(({ name, seed, scenarios }) =>
    scenarios
      .filter(({ label }) => !label.startsWith('A/A'))
      .map(({ label, scenario, repeats }) => ({
        round: name,
        label,
        scenario,
        seed,
        confirmations: repeats,
      })),
  );
}

/** The scenario with this rate of arrivals. */
export function probed(scenario: Scenario, perSecond: number): Scenario {
  return {
    ...scenario,
    requests: Math.max(scenario.requests, Math.ceil(perSecond * PROBE_SECONDS)),
    load: { kind: 'open', perSecond },
  };
}

export interface FindRateOptions {
  readonly environment: Environment;
  readonly grid: Grid;
  readonly goal: RateGoal;
  readonly observer: LabObserver;
}

/** Searches for one combination after another. When it is stopped, it returns what has been found. */
export async function findRates({
  environment,
  grid,
  goal,
  observer,
}: FindRateOptions): Promise<FindRateResult> {
  const searches: RateSearch[] = [];
  for (const planned of scheduleSearches(grid)) {
    if (environment.signal.aborted) break;
    observer.onStart(`${planned.round}: ${planned.label}`);
    searches.push(await searchOne({ ...environment, seed: planned.seed }, planned, goal, observer));
  }
  return { goal, searches, interrupted: environment.signal.aborted };
}

async function searchOne(
  environment: Environment,
  planned: PlannedSearch,
  goal: RateGoal,
  observer: LabObserver,
): Promise<RateSearch> {
  const { round, label, scenario, seed, confirmations } = planned;
  const endsAt = performance.now() + goal.searchMs;
  const probes: Probe[] = [];
  let correct = true;
  const probe = async (perSecond: number): Promise<boolean | undefined> => {
    if (environment.signal.aborted || performance.now() > endsAt) return undefined;
    const repeat = probes.length;
    const loaded = probed(scenario, perSecond);
    // What thousands of requests left would slow the later probes down.
    await truncateTables(environment.control);
    const run = await runUnlessStopped(environment, () =>
      runScenario(environment, loaded, `${round} ${label} ${repeat}`),
    );
    if (run === undefined) return undefined;
    const judged = judgeProbe(run.attempts, perSecond, goal.p99Ms);
    probes.push(judged);
    correct &&= isCorrect(run.summary.finalState);
    const experiment = `${round}, ${perSecond}/s`;
    observer.onRun({ experiment, label, repeat, attempts: run.attempts, estimateMs: estimateMs(loaded) });
    return judged.isSustained;
  };
  const found = await findRate({ min: RATE_MIN, max: goal.rateMax, confirmations, probe });
  return { label, scenario, seed, confirmations, found, probes, isCorrect: correct };
}

/** The probes of the rate that was found. */
export function probesAtRate({ probes, found }: RateSearch): readonly Probe[] {
  return probes.filter(({ perSecond }) => perSecond === found.sustained);
}
