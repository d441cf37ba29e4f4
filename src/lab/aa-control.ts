/** The A/A control: the same strategy under two names. What differs between them differs by chance. */
import type { Cell, PlannedCell } from './measure/scenario.ts';
import type { Runs } from './schedule.ts';
import { runsOf } from './claims/experiment.ts';
import { successesPerSecond } from './measure/run-summary.ts';
import { quantileOf } from '../load/spread.ts';

export interface SameAgain {
  /** Median successes/s of both. */
  readonly first: number;
  readonly second: number;
  /** How far apart they are, as a share of the smaller one. */
  readonly difference: number;
}

/** Above this, differences between strategies may be noise as well. */
export const DIFFERENCE_MAX = 0.15;

const FIRST = 'A/A, first';
const SECOND = 'A/A, second';

export function planSameAgain(cell: Cell, repeats: number): readonly PlannedCell[] {
  return [FIRST, SECOND].map((label) => ({ label, cell, repeats }));
}

/** Compares the two; undefined when one of them has no runs. */
export function compareSameAgain(runs: Runs): SameAgain | undefined {
  const [first, second] = [FIRST, SECOND].map((label) =>
    quantileOf(runsOf(runs, label).map(successesPerSecond), 0.5),
  );
  if (first === undefined || second === undefined || first === 0 || second === 0) return undefined;
  return { first, second, difference: Math.max(first, second) / Math.min(first, second) - 1 };
}
