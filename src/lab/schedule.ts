/** Runs a plan of cells in a fair order, tells how far it is, and keeps what was measured when it is stopped. */
import { createRandom } from '../load/random.ts';
import type { Attempt } from './measure/attempt.ts';
import type { PlannedCell } from './measure/scenario.ts';
import type { Bench } from './measure/run-scenario.ts';
import { runCell } from './measure/run-scenario.ts';
import type { RunSummary } from './measure/run-summary.ts';
import { renewStage } from './measure/fixture.ts';

/** The runs of each cell, by its label. */
export type Runs = Readonly<Record<string, readonly RunSummary[]>>;

export interface PlanOptions {
  readonly bench: Bench;
  /** Names the plan in what is written down, and seeds its order. */
  readonly name: string;
  readonly cells: readonly PlannedCell[];
  /** Asked before every round but the first: whether there is time for another one. */
  readonly mayRepeat?: () => boolean;
  /** Called after every run, with its attempts. */
  readonly onRun: (run: {
    readonly label: string;
    readonly repeat: number;
    readonly attempts: readonly Attempt[];
  }) => void;
}

/**
 * Runs every cell as often as planned. Each round of repeats goes through the cells in another order, so that a machine
 * that grows slower meanwhile does not make one strategy look slow. Stops early, with what it has, when the bench's
 * signal is aborted.
 */
export async function runPlan(options: PlanOptions): Promise<Runs> {
  const { bench, name, cells, onRun, mayRepeat = () => true } = options;
  const runs: Record<string, RunSummary[]> = {};
  await renewStage(bench.control);
  const rounds = cells.reduce((most, { repeats }) => Math.max(most, repeats), 0);
  for (let repeat = 0; repeat < rounds; repeat += 1) {
    if (repeat > 0 && !mayRepeat()) return runs;
    const due = shuffled(
      cells.filter(({ repeats }) => repeat < repeats),
      bench.seed,
      `${name} ${repeat}`,
    );
    for (const { label, cell } of due) {
      if (bench.signal.aborted) return runs;
      const run = await runUnlessStopped(bench, () => runCell(bench, cell, `${name} ${label} ${repeat}`));
      if (run === undefined) return runs;
      (runs[label] ??= []).push(run.summary);
      onRun({ label, repeat, attempts: run.attempts });
    }
  }
  return runs;
}

/** What is in flight when the lab is stopped ends in errors of all kinds, which say nothing. */
async function runUnlessStopped<T>(bench: Bench, run: () => Promise<T>): Promise<T | undefined> {
  try {
    const result = await run();
    return bench.signal.aborted ? undefined : result;
  } catch (error) {
    if (bench.signal.aborted) return undefined;
    throw error;
  }
}

function shuffled<T>(items: readonly T[], seed: number, stream: string): readonly T[] {
  const random = createRandom(seed, stream);
  return items
    .map((item) => ({ item, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
