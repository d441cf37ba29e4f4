/** What an experiment is: a claim of the analysis, the runs that test it, and the rule that judges them. */
import type { ScheduledScenario } from '../measure/scenario.ts';
import type { LinesOfCode } from '../lines-of-code.ts';
import { isCorrect } from '../measure/final-state.ts';
import type { Runs } from '../schedule.ts';
import type { RunSummary } from '../measure/run-summary.ts';
import type { Measured } from '../statistics.ts';
import { overRuns } from '../statistics.ts';
import type { Figures, Text } from '../text.ts';
import { fill } from '../text.ts';

export type Verdict = 'holds' | 'holds-only-when' | 'does-not-hold';

/** How large the experiments are. */
export interface Scale {
  readonly name: 'quick' | 'full';
  /** How many repeats or requests: few in a quick run, more in a full one. */
  readonly pick: (quick: number, full: number) => number;
  /** How long all experiments should take; beyond that, repeats are dropped. */
  readonly budgetMs: number | undefined;
  /** A duration of the analysis: unchanged in a full run, a tenth in a quick one. */
  readonly ms: (literal: number) => number;
}

export const QUICK: Scale = {
  name: 'quick',
  budgetMs: 40_000,
  pick: (quick) => quick,
  ms: (literal) => literal / 10,
};
export const FULL: Scale = {
  name: 'full',
  budgetMs: undefined,
  pick: (_quick, full) => full,
  ms: (literal) => literal,
};

/** One line of the table of figures. */
export interface Finding {
  readonly what: Text;
  /** What the claim or the law predicts; undefined where it says nothing. */
  readonly predicted: string | undefined;
  readonly measured: Measured;
  readonly unit: Unit;
}

export function finding(
  en: string,
  ko: string,
  predicted: Finding['predicted'],
  measured: Measured,
  unit: Unit = 'count',
): Finding {
  return { what: { en, ko }, predicted, measured, unit };
}

export type Unit = 'count' | 'ms' | 'ratio' | 'share' | 'bytes' | 'per second' | 'lines';

export interface Judgement {
  readonly verdict: Verdict;
  /** Why, in one to three sentences with the figures. */
  readonly reason: Text;
  /** What the claim predicts of the headline quantity. */
  readonly predicted: number | string;
  /** The headline quantity over the repeats. */
  readonly measured: Measured;
  readonly unit: Unit;
  readonly findings: readonly Finding[];
}

/** What judging needs beside the runs. */
export interface Context {
  readonly scale: Scale;
  readonly linesOfCode: readonly LinesOfCode[];
}

export interface Experiment {
  readonly id: string;
  readonly claim: Text;
  readonly setUp: (scale: Scale) => Text;
  readonly prediction: Text;
  /** The rule that `judge` applies, so that a reader can check the verdict. */
  readonly rule: Text;
  readonly schedule: (scale: Scale) => readonly ScheduledScenario[];
  /** Pure. Every scheduled scenario has runs. */
  readonly judge: (runs: Runs, context: Context) => Judgement;
}

type Stated = 'claim' | 'setUp' | 'prediction' | 'rule';

/** An experiment's words with their figures; only those of the set-up may depend on the scale. */
export function stated(
  words: Readonly<Record<Stated, Text>>,
  figuresAt: (scale: Scale) => Figures = () => ({}),
): Pick<Experiment, Stated> {
  const figures = figuresAt(FULL);
  return {
    claim: fill(words.claim, figures),
    setUp: (scale) => fill(words.setUp, figuresAt(scale)),
    prediction: fill(words.prediction, figures),
    rule: fill(words.rule, figures),
  };
}

/** Labels of scenarios without any guard begin with this. */
export const CONTROL = 'control';

export function isControl(label: string): boolean {
  return label.startsWith(CONTROL);
}

/** Whether every control lost an update or sold a seat twice in each run. */
export function controlShowsFault(runs: Runs): boolean {
  const controls = Object.entries(runs).filter(([label]) => isControl(label));
  return controls.length > 0 && controls.every(([, of]) => of.length > 0 && of.every((run) => hasFault(run)));
}

function hasFault({ finalState }: RunSummary): boolean {
  return finalState.lostUpdates > 0 || finalState.doubleSales > 0;
}

/** Whether every guarded run left the database correct. */
export function guardedRunsAreCorrect(runs: Runs): boolean {
  return Object.entries(runs).every(
    ([label, of]) => isControl(label) || of.every((run) => isCorrect(run.finalState)),
  );
}

export function runsOf(runs: Runs, label: string): readonly RunSummary[] {
  return runs[label] ?? [];
}

/** A quantity over the repeats of a scenario. */
export function measuredIn(runs: Runs, label: string, of: (run: RunSummary) => number): Measured {
  return overRuns(runsOf(runs, label).map(of));
}

/** A share, at most 1, over the repeats of a scenario. */
export function shareIn(runs: Runs, label: string, of: (run: RunSummary) => number): Measured {
  return overRuns(runsOf(runs, label).map(of), 1);
}

/** A quantity of one scenario divided by the same of another, repeat by repeat. */
export function ratioIn(runs: Runs, label: string, to: string, of: (run: RunSummary) => number): Measured {
  const others = runsOf(runs, to);
  const ratios = runsOf(runs, label).flatMap((run, repeat) => {
    const other = others[repeat];
    return other === undefined || of(other) === 0 ? [] : [of(run) / of(other)];
  });
  return overRuns(ratios);
}

export function verdictOf(conditions: readonly boolean[]): Verdict {
  if (conditions.every(Boolean)) return 'holds';
  return conditions.some(Boolean) ? 'holds-only-when' : 'does-not-hold';
}
