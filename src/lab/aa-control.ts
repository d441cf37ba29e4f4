/** The A/A control: the same strategy under two names. It differs from itself by chance only. */
import type { Scenario, ScheduledScenario } from './measure/scenario.ts';
import type { Runs } from './schedule.ts';
import { runsOf } from './claims/experiment.ts';
import { successesPerSecond } from './measure/run-summary.ts';
import type { Interval } from './statistics.ts';
import { overRuns } from './statistics.ts';

export interface AaControl {
  /** Median successes/s of both. */
  readonly first: number;
  readonly second: number;
  /** Of the medians; older runs did not store them. */
  readonly firstInterval?: Interval | null;
  readonly secondInterval?: Interval | null;
  /** The difference as a share of the smaller one. */
  readonly difference: number;
}

/** The control as a measurement's files store it: the committed runs have this key. */
export interface StoredAaControl {
  readonly sameAgain: AaControl | null;
}

export function storedAaControl(control: AaControl | undefined): StoredAaControl {
  return { sameAgain: control ?? null };
}

export function aaControlIn({ sameAgain }: StoredAaControl): AaControl | undefined {
  return sameAgain ?? undefined;
}

/** Above this, differences between strategies may be noise. */
export const DIFFERENCE_MAX = 0.15;

const FIRST = 'A/A, first';
const SECOND = 'A/A, second';

export function scheduleAaControl(scenario: Scenario, repeats: number): readonly ScheduledScenario[] {
  return [FIRST, SECOND].map((label) => ({ label, scenario, repeats }));
}

/** Compares the two; undefined when one of them has no runs. */
export function compareAaControl(runs: Runs): AaControl | undefined {
  const [first, second] = [FIRST, SECOND].map((label) =>
    overRuns(runsOf(runs, label).map(successesPerSecond)),
  );
  if (first === undefined || second === undefined || first.median === 0 || second.median === 0)
    return undefined;
  return {
    first: first.median,
    second: second.median,
    firstInterval: first.medianInterval,
    secondInterval: second.medianInterval,
    difference: Math.max(first.median, second.median) / Math.min(first.median, second.median) - 1,
  };
}
