/** `lab claims`: tests every claim of the analysis. */
import { scenarioOf } from '../measure/scenario.ts';
import type { ScheduledScenario } from '../measure/scenario.ts';
import { countLinesOfCode } from '../lines-of-code.ts';
import { estimateScheduleMs } from '../estimate.ts';
import { EXPERIMENTS } from './all.ts';
import { controlShowsFault, guardedRunsAreCorrect } from './experiment.ts';
import type { Experiment, Context, Judgement, Scale } from './experiment.ts';
import type { EndedRun, Runs } from '../schedule.ts';
import { runSchedule } from '../schedule.ts';
import type { Environment } from '../environment.ts';
import type { AaControl } from '../aa-control.ts';
import { compareAaControl, scheduleAaControl } from '../aa-control.ts';

/** A claim with its verdict and the runs it was derived from. */
export interface TestedClaim extends Judgement {
  readonly id: string;
  /** Every run without a guard lost an update or sold a seat twice, so the set-up can show the fault. */
  readonly controlShowsFault: boolean;
  /** Every run with a guard left the database correct. */
  readonly guardedRunsAreCorrect: boolean;
  readonly runs: Runs;
}

export interface ClaimsResult {
  readonly scale: Scale['name'];
  readonly claims: readonly TestedClaim[];
  readonly aaControl: AaControl | undefined;
  /** The lab was stopped early. */
  readonly interrupted: boolean;
}

export interface ClaimsOptions {
  readonly environment: Environment;
  readonly experiments: readonly Experiment[];
  readonly scale: Scale;
  readonly observer: LabObserver;
}

export interface LabObserver {
  /** An experiment, or one setting of a comparison, begins. */
  readonly onStart: (name: string) => void;
  readonly onRun: (run: EndedRun) => void;
}

/** The experiments with these ids; undefined when one is unknown. */
export function experimentsNamed(ids: readonly string[]): readonly Experiment[] | undefined {
  const wanted = new Set(ids.map((id) => id.toUpperCase()));
  const found = EXPERIMENTS.filter(({ id }) => wanted.has(id));
  return found.length === wanted.size ? found : undefined;
}

const AA_SCENARIO = scenarioOf({ operation: 'topUp', strategy: 'pessimistic', requests: 60 });

/** The A/A control and every experiment, by name. */
export function scheduleClaims(
  experiments: readonly Experiment[],
  scale: Scale,
): readonly { readonly name: string; readonly scenarios: readonly ScheduledScenario[] }[] {
  return [
    { name: 'A/A', scenarios: scheduleAaControl(AA_SCENARIO, scale.pick(3, 15)) },
    ...experiments.map(({ id, schedule }) => ({ name: id, scenarios: schedule(scale) })),
  ];
}

/** Runs the experiments in turn, and judges each whose scenarios were all measured. */
export async function testClaims({
  environment,
  experiments,
  scale,
  observer,
}: ClaimsOptions): Promise<ClaimsResult> {
  const context: Context = { scale, linesOfCode: countLinesOfCode() };
  const claims: TestedClaim[] = [];
  let aaControl: AaControl | undefined;
  const schedules = scheduleClaims(experiments, scale);
  const mayRepeat = budgetOf(
    scale,
    schedules.map(({ scenarios }) => estimateScheduleMs(scenarios)),
  );
  for (const [index, { name, scenarios }] of schedules.entries()) {
    if (environment.signal.aborted) break;
    observer.onStart(name);
    const runs = await runSchedule({
      environment,
      name,
      scenarios,
      onRun: observer.onRun,
      mayRepeat: () => mayRepeat(index),
    });
    const experiment = experiments.find(({ id }) => id === name);
    if (experiment === undefined) aaControl = compareAaControl(runs);
    else if (scenarios.every(({ label }) => (runs[label]?.length ?? 0) > 0))
      claims.push(judged(experiment, runs, context));
  }
  return { scale: scale.name, claims, aaControl, interrupted: environment.signal.aborted };
}

/** How far a quick run may fall behind its budget before it drops repeats. */
const SLACK_MS = 4_000;

/**
 * Keeps a quick run quick on a slow or busy machine: it drops repeats when it falls behind. The returned
 * function says whether the schedule with this index may begin another round.
 */
function budgetOf(scale: Scale, estimatesMs: readonly number[]): (index: number) => boolean {
  const startedAt = performance.now();
  const total = estimatesMs.reduce((sum, ms) => sum + ms, 0);
  const { budgetMs } = scale;
  return (index) => {
    const before = estimatesMs.slice(0, index).reduce((sum, ms) => sum + ms, 0);
    const share = (before + (estimatesMs[index] ?? 0) / 2) / total;
    return budgetMs === undefined || performance.now() - startedAt <= SLACK_MS + share * budgetMs;
  };
}

export function judged(experiment: Experiment, runs: Runs, context: Context): TestedClaim {
  return {
    id: experiment.id,
    ...experiment.judge(runs, context),
    controlShowsFault: controlShowsFault(runs),
    guardedRunsAreCorrect: guardedRunsAreCorrect(runs),
    runs,
  };
}
