/** Runs scenarios in a fair order, and keeps what was measured when the lab is stopped. */
import { createRandom } from '../load/random.ts';
import { estimateMs } from './estimate.ts';
import type { Attempt } from './measure/attempt.ts';
import type { ScheduledScenario } from './measure/scenario.ts';
import type { Environment } from './environment.ts';
import { runScenario } from './measure/run-scenario.ts';
import type { RunSummary } from './measure/run-summary.ts';
import { truncateTables } from './measure/fixture.ts';

/** The runs of each scenario, by its label. */
export type Runs = Readonly<Record<string, readonly RunSummary[]>>;

export interface ScheduleOptions {
  readonly environment: Environment;
  /** Also seeds the order of the runs. */
  readonly name: string;
  readonly scenarios: readonly ScheduledScenario[];
  /** Asked before every round but the first: whether there is time for another one. */
  readonly mayRepeat?: () => boolean;
  readonly onRun: (run: EndedRun) => void;
}

export interface EndedRun {
  /** The schedule's name. */
  readonly experiment: string;
  readonly label: string;
  readonly repeat: number;
  readonly attempts: readonly Attempt[];
  /** How long the run was expected to take. */
  readonly estimateMs: number;
}

/**
 * Runs every scenario as often as scheduled. Each round of repeats shuffles the scenarios, so that a machine
 * that slows down does not make one strategy look slow. When the environment's signal is aborted, it returns
 * the runs so far.
 */
export async function runSchedule(options: ScheduleOptions): Promise<Runs> {
  const { environment, name, scenarios, onRun, mayRepeat = () => true } = options;
  const runs: Record<string, RunSummary[]> = {};
  await truncateTables(environment.control);
  const rounds = scenarios.reduce((most, { repeats }) => Math.max(most, repeats), 0);
  for (let repeat = 0; repeat < rounds; repeat += 1) {
    if (repeat > 0 && !mayRepeat()) return runs;
    const due = shuffled(
      scenarios.filter(({ repeats }) => repeat < repeats),
      environment.seed,
      `${name} ${repeat}`,
    );
    for (const { label, scenario } of due) {
      if (environment.signal.aborted) return runs;
      const run = await runUnlessStopped(environment, () =>
        runScenario(environment, scenario, `${name} ${label} ${repeat}`),
      );
      if (run === undefined) return runs;
      (runs[label] ??= []).push(run.summary);
      const { attempts } = run;
      onRun({ experiment: name, label, repeat, attempts, estimateMs: estimateMs(scenario) });
    }
  }
  return runs;
}

/** Undefined when the lab is stopped: requests in flight then fail in ways that mean nothing. */
export async function runUnlessStopped<T>(
  environment: Environment,
  run: () => Promise<T>,
): Promise<T | undefined> {
  try {
    const result = await run();
    return environment.signal.aborted ? undefined : result;
  } catch (error) {
    if (environment.signal.aborted) return undefined;
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
