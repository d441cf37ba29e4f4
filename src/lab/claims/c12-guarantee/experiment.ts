/** C12: which strategies carry out every request. */
import type { ScheduledScenario } from '../../measure/scenario.ts';
import { scenarioOf, NO_TIMEOUTS } from '../../measure/scenario.ts';
import type { Runs } from '../../schedule.ts';
import type { RunSummary } from '../../measure/run-summary.ts';
import type { Measured } from '../../statistics.ts';
import { figure, fill, meanText, percent, timesOf } from '../../text.ts';
import * as words from './words.ts';
import type { Experiment } from '../experiment.ts';
import { CONTROL, finding, measuredIn, shareIn, stated } from '../experiment.ts';

const REQUESTS = 30;
const WORK_MS = 5;
/** Shorter than the queue: twenty waiters take at least 20 × WORK_MS. */
const TIMEOUT_MS = 100;
/** "More", under timeouts: by more than so many requests. How many a timeout removes differs by one or two each run. */
const TOLERANCE = 3;

const LINE = 'pessimistic';
const RIVALS = ['optimistic', 'optimistic+retry'] as const;
const OTHERS = ['pessimistic-nowait', 'atomic', 'serializable', 'grouped'] as const;
const STRATEGIES = [LINE, ...RIVALS, ...OTHERS] as const;

const bounded = (strategy: string): string => `${strategy}, timeouts`;
const share = (run: RunSummary): number => run.successes / run.requests;

/** Shares carried out by strategy, for the plot. */
export function carriedOut(
  runs: Runs,
): readonly { readonly strategy: string; readonly free: Measured; readonly bounded: Measured }[] {
  return STRATEGIES.map((strategy) => ({
    strategy,
    free: shareIn(runs, strategy, share),
    bounded: shareIn(runs, bounded(strategy), share),
  }));
}

export const c12: Experiment = {
  id: 'C12',
  ...stated(words, (scale) => ({
    requests: REQUESTS,
    workMs: WORK_MS,
    timeoutMs: TIMEOUT_MS,
    tolerance: TOLERANCE,
    ...timesOf(scale.pick(1, 7)),
  })),
  schedule: (scale) => {
    const repeats = scale.pick(1, 7);
    const given = { operation: 'topUp' as const, requests: REQUESTS, workMs: WORK_MS };
    const timeouts = { acquireMs: TIMEOUT_MS, lockMs: TIMEOUT_MS, statementMs: TIMEOUT_MS };
    const scenarios = STRATEGIES.flatMap((strategy): ScheduledScenario[] => [
      { label: strategy, scenario: scenarioOf({ ...given, strategy, timeouts: NO_TIMEOUTS }), repeats },
      { label: bounded(strategy), scenario: scenarioOf({ ...given, strategy, timeouts }), repeats },
    ]);
    return [
      ...scenarios,
      {
        label: CONTROL,
        scenario: scenarioOf({ ...given, strategy: 'unguarded' }),
        repeats: scale.pick(1, 3),
      },
    ];
  },
  judge: (runs) => {
    const free = shareIn(runs, LINE, share);
    const rushed = shareIn(runs, bounded(LINE), share);
    const rivals = RIVALS.map((strategy) => ({
      strategy,
      free: shareIn(runs, strategy, share),
      bounded: shareIn(runs, bounded(strategy), share),
    }));
    // Without timeouts only a fault can fail a request of the line, so that part has no tolerance.
    const isSafest = free.min === 1;
    const carried = (strategy: string): number =>
      measuredIn(runs, bounded(strategy), (run) => run.successes).mean;
    const ahead = RIVALS.map((strategy) => carried(strategy) - carried(LINE)).filter((lead) => lead > 0);
    const isSafestBounded = ahead.every((lead) => lead <= TOLERANCE);
    const list = (of: (rival: (typeof rivals)[number]) => Measured): string =>
      rivals.map((rival) => `${rival.strategy} ${meanText(of(rival), percent)}`).join(', ');
    return {
      verdict: !isSafest ? 'does-not-hold' : isSafestBounded ? 'holds' : 'holds-only-when',
      reason: fill(words.reason, {
        timeoutMs: TIMEOUT_MS,
        free: meanText(free, percent),
        rivalsFree: list((rival) => rival.free),
        rushed: meanText(rushed, percent),
        rivalsRushed: list((rival) => rival.bounded),
        cut: rushed.mean < 1 ? words.cut : words.uncut,
        lead: ahead.length > 0 && isSafestBounded ? fill(words.within, { tolerance: TOLERANCE }) : '',
      }),
      predicted: 1,
      measured: free,
      unit: 'share',
      findings: STRATEGIES.flatMap((strategy) => [
        finding(
          `carried out by ${strategy}`,
          `실행된 비율, ${strategy}`,
          strategy === LINE ? figure(1) : undefined,
          shareIn(runs, strategy, share),
          'share',
        ),
        finding(
          `carried out by ${strategy}, timeouts of ${TIMEOUT_MS} ms`,
          `실행된 비율, ${strategy}, 타임아웃 ${TIMEOUT_MS} ms`,
          undefined,
          shareIn(runs, bounded(strategy), share),
          'share',
        ),
      ]),
    };
  },
};
