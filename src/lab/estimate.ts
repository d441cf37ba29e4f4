/** Rough durations of runs, for the progress bar and a quick run's budget. */
import type { Scenario, ScheduledScenario } from './measure/scenario.ts';

/** Fixture, warm-up, audit. */
const AROUND_MS = 150;
const PER_REQUEST_MS = 2;

export function estimateMs(scenario: Scenario): number {
  const { requests, poolSize, rows, load } = scenario;
  const workMs = scenario.workMs + scenario.workAfterMs;
  const isQueue = /pessimistic(?!-nowait)|lock\+|until-success|serializable/.test(scenario.strategy);
  const turns = isQueue ? requests / rows : Math.ceil(requests / poolSize);
  const bound = Math.min(
    ...[scenario.timeouts.acquireMs, scenario.timeouts.statementMs].filter((ms) => ms > 0),
    Infinity,
  );
  const arriving = load.kind === 'open' ? (requests * 1_000) / load.perSecond : 0;
  const queue = turns * workMs;
  // A timeout cuts a queue off once each time the pool is filled.
  return (
    AROUND_MS +
    requests * PER_REQUEST_MS +
    Math.max(arriving, Math.min(queue, bound * Math.ceil(requests / poolSize)))
  );
}

export function estimateScheduleMs(scenarios: readonly ScheduledScenario[]): number {
  return scenarios.reduce((sum, { scenario, repeats }) => sum + repeats * estimateMs(scenario), 0);
}
