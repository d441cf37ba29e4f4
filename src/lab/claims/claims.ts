/** `lab claims`: tests every claim of the analysis. */
import type { Attempt } from '../measure/attempt.ts';
import { cellOf } from '../measure/scenario.ts';
import type { PlannedCell } from '../measure/scenario.ts';
import { countEffort } from '../lines-of-code.ts';
import { estimateMs, estimatePlanMs } from '../estimate.ts';
import { EXPERIMENTS } from './all.ts';
import { controlShowsFault, guardedRunsAreCorrect } from './experiment.ts';
import type { Experiment, Facts, Judgement, Scale } from './experiment.ts';
import type { Runs } from '../schedule.ts';
import { runPlan } from '../schedule.ts';
import type { Bench } from '../measure/run-scenario.ts';
import type { SameAgain } from '../aa-control.ts';
import { compareSameAgain, planSameAgain } from '../aa-control.ts';

/** A claim with its verdict and the runs it was derived from. */
export interface TestedClaim extends Judgement {
  readonly id: string;
  /** Every run without a guard has lost an update or sold a seat twice: the set-up can show the fault. */
  readonly controlShowsFault: boolean;
  /** Every run with a guard has left the database as it should be. */
  readonly guardedRunsAreCorrect: boolean;
  readonly runs: Runs;
}

export interface ClaimsResult {
  readonly scale: Scale['name'];
  readonly claims: readonly TestedClaim[];
  readonly sameAgain: SameAgain | undefined;
  /** The lab was stopped before all was measured. */
  readonly interrupted: boolean;
}

export interface ClaimsOptions {
  readonly bench: Bench;
  readonly experiments: readonly Experiment[];
  readonly scale: Scale;
  readonly observer: LabObserver;
}

/** Receives the progress of the lab. */
export interface LabObserver {
  /** An experiment, or one setting of a comparison, begins. */
  readonly onStart: (name: string) => void;
  /** A run has ended. */
  readonly onRun: (run: EndedRun) => void;
}

export interface EndedRun {
  readonly experiment: string;
  readonly label: string;
  readonly repeat: number;
  readonly attempts: readonly Attempt[];
  readonly estimateMs: number;
}

/** The experiments with these ids; undefined when one is unknown. */
export function experimentsNamed(ids: readonly string[]): readonly Experiment[] | undefined {
  const wanted = new Set(ids.map((id) => id.toUpperCase()));
  const found = EXPERIMENTS.filter(({ id }) => wanted.has(id));
  return found.length === wanted.size ? found : undefined;
}

const SAME_AGAIN = cellOf({ operation: 'topUp', strategy: 'pessimistic', requests: 60 });

/** Everything that will be run, with a name for each part. */
export function planClaims(
  experiments: readonly Experiment[],
  scale: Scale,
): readonly { readonly name: string; readonly cells: readonly PlannedCell[] }[] {
  return [
    { name: 'A/A', cells: planSameAgain(SAME_AGAIN, scale.pick(3, 15)) },
    ...experiments.map(({ id, plan }) => ({ name: id, cells: plan(scale) })),
  ];
}

/** Runs the experiments one after another and judges each of which every planned cell was measured. */
export async function testClaims({
  bench,
  experiments,
  scale,
  observer,
}: ClaimsOptions): Promise<ClaimsResult> {
  const facts: Facts = { scale, effort: countEffort() };
  const claims: TestedClaim[] = [];
  let sameAgain: SameAgain | undefined;
  const plans = planClaims(experiments, scale);
  const mayRepeat = scheduleOf(
    scale,
    plans.map(({ cells }) => estimatePlanMs(cells)),
  );
  for (const [index, { name, cells }] of plans.entries()) {
    if (bench.signal.aborted) break;
    observer.onStart(name);
    const onRun = tellOf(name, cells, observer);
    const runs = await runPlan({ bench, name, cells, onRun, mayRepeat: () => mayRepeat(index) });
    const experiment = experiments.find(({ id }) => id === name);
    if (experiment === undefined) sameAgain = compareSameAgain(runs);
    else if (cells.every(({ label }) => (runs[label]?.length ?? 0) > 0))
      claims.push(judged(experiment, runs, facts));
  }
  return { scale: scale.name, claims, sameAgain, interrupted: bench.signal.aborted };
}

/** So far behind its schedule a quick run may be before it repeats less. */
const SLACK_MS = 4_000;

/**
 * A quick run keeps its promise to be quick on a slow or busy machine, too: it repeats no more where it is behind. The
 * function says whether the plan with this index may begin another round.
 */
function scheduleOf(scale: Scale, estimatesMs: readonly number[]): (index: number) => boolean {
  const startedAt = performance.now();
  const total = estimatesMs.reduce((sum, ms) => sum + ms, 0);
  const { budgetMs } = scale;
  return (index) => {
    const before = estimatesMs.slice(0, index).reduce((sum, ms) => sum + ms, 0);
    const share = (before + (estimatesMs[index] ?? 0) / 2) / total;
    return budgetMs === undefined || performance.now() - startedAt <= SLACK_MS + share * budgetMs;
  };
}

/** The claim's verdict from these runs. */
export function judged(experiment: Experiment, runs: Runs, facts: Facts): TestedClaim {
  return {
    id: experiment.id,
    ...experiment.judge(runs, facts),
    controlShowsFault: controlShowsFault(runs),
    guardedRunsAreCorrect: guardedRunsAreCorrect(runs),
    runs,
  };
}

export function tellOf(
  experiment: string,
  cells: readonly PlannedCell[],
  observer: LabObserver,
): (run: Pick<EndedRun, 'label' | 'repeat' | 'attempts'>) => void {
  const estimates = new Map(cells.map(({ label, cell }) => [label, estimateMs(cell)]));
  return (run) => observer.onRun({ experiment, ...run, estimateMs: estimates.get(run.label) ?? 0 });
}
