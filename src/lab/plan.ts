/** What a command of the lab is going to run, and about how long that takes. */
import { scheduleClaims } from './claims/claims.ts';
import type { Experiment, Scale } from './claims/experiment.ts';
import { scheduleComparison } from './compare/compare.ts';
import type { Grid } from './compare/compare.ts';
import { estimateMs, estimateScheduleMs } from './estimate.ts';
import type { RateGoal } from './find-rate/find-rate.ts';
import { PROBE_SECONDS, probed, RATE_MIN, scheduleSearches } from './find-rate/find-rate.ts';
import { probesMax, RESOLUTION } from './find-rate/search.ts';
import type { ScheduledScenario } from './measure/scenario.ts';
import { figure, percent } from './text.ts';

export interface Plan {
  readonly parts: readonly PlannedPart[];
  /** By the runs' own lengths; the machine's pace decides. */
  readonly totalMs: number;
  /** The runs are the most that there can be. */
  readonly isMost: boolean;
  /** Sentences on what bounds the duration. */
  readonly bounds: readonly string[];
}

export interface PlannedPart {
  /** A claim, or a combination of a comparison. */
  readonly name: string;
  readonly strategies: readonly string[];
  /** How many different settings are measured. */
  readonly settings: number;
  readonly runs: number;
  readonly estimateMs: number;
}

export function planClaims(experiments: readonly Experiment[], scale: Scale): Plan {
  const parts = scheduleClaims(experiments, scale).map(({ name, scenarios }) => partOf(name, scenarios));
  const { budgetMs } = scale;
  const quick = `A quick run drops repeats once it falls behind ${figure((budgetMs ?? 0) / 1_000)} s for all claims.`;
  return { ...planOf(parts), ...(budgetMs === undefined ? {} : { isMost: true, bounds: [quick] }) };
}

export function planComparison(grid: Grid): Plan {
  const rounds = scheduleComparison(grid);
  const parts = rounds.flatMap(({ name, scenarios }) =>
    scenarios.map((one) => partOf(rounds.length > 1 ? `${name}: ${one.label}` : one.label, [one])),
  );
  return planOf(parts);
}

/** The estimate of a search is that of one which finds its rate in the middle of the ladder. */
export function planRates(grid: Grid, goal: RateGoal): Plan {
  const searches = scheduleSearches(grid);
  const middle = Math.sqrt(RATE_MIN * goal.rateMax);
  const parts = searches.map(({ round, label, scenario, confirmations }): PlannedPart => {
    const range = { min: RATE_MIN, max: goal.rateMax, confirmations };
    const climbMs = [1, 2, 4, 8, 16]
      .map((factor) => RATE_MIN * factor)
      .reduce((sum, rate) => sum + estimateMs(probed(scenario, rate)), 0);
    const rest = 4 + 2 * confirmations;
    return {
      name: grid.seeds.length * grid.repeats.length > 1 ? `${round}: ${label}` : label,
      strategies: [scenario.strategy],
      settings: 1,
      runs: probesMax(range),
      estimateMs: Math.min(goal.searchMs, climbMs + rest * estimateMs(probed(scenario, middle))),
    };
  });
  const minutes = figure(goal.searchMs / 60_000);
  const most = figure((searches.length * goal.searchMs) / 60_000);
  const bounds = [
    `Each search probes rates from ${RATE_MIN} to ${figure(goal.rateMax)}/s, ${percent(RESOLUTION - 1)} apart, for a p99 of at most ${figure(goal.p99Ms)} ms, each probe of at least ${PROBE_SECONDS} s.`,
    `No search begins another probe after ${minutes} min, so all end within ${most} min and the last probe of each.`,
  ];
  return { ...planOf(parts), isMost: true, bounds };
}

/** Whether a strategy of the grid needs a Redis. */
export function wantsRedis(grid: Grid): boolean {
  return grid.operations.some((operation) =>
    grid.strategies[operation].some((name) => name.includes('redis-lock')),
  );
}

function planOf(parts: readonly PlannedPart[]): Plan {
  const totalMs = parts.reduce((sum, part) => sum + part.estimateMs, 0);
  return { parts, totalMs, isMost: false, bounds: [] };
}

function partOf(name: string, scenarios: readonly ScheduledScenario[]): PlannedPart {
  return {
    name,
    strategies: [...new Set(scenarios.map(({ scenario }) => scenario.strategy))],
    settings: scenarios.length,
    runs: scenarios.reduce((sum, { repeats }) => sum + repeats, 0),
    estimateMs: estimateScheduleMs(scenarios),
  };
}
