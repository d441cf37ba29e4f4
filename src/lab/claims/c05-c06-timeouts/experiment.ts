/**
 * C5 and C6: what the three timeouts that people call *the connection timeout* do to a queue on a hot row.
 */
import type { Scenario, ScheduledScenario, Timeouts } from '../../measure/scenario.ts';
import { scenarioOf, onlyTimeout } from '../../measure/scenario.ts';
import type { Runs } from '../../schedule.ts';
import type { Measured } from '../../statistics.ts';
import { overRuns } from '../../statistics.ts';
import { figure, fill, listed, meanText } from '../../text.ts';
import type { Text } from '../../text.ts';
import * as words from './words.ts';
import type { Experiment, Scale } from '../experiment.ts';
import { CONTROL, finding, runsOf, measuredIn, stated, verdictOf } from '../experiment.ts';

const TIMEOUT_MS = 5_000;
const WORK_MS = 500;
const REQUESTS = 20;
const PREDICTED = 10;
const TOLERANCE = 1;

const MEANINGS: readonly {
  readonly label: string;
  readonly name: Text;
  readonly which: keyof Timeouts;
  readonly poolSize: number;
}[] = [
  {
    label: 'statement, pool 20',
    name: { en: 'statement_timeout, pool of 20', ko: 'statement_timeout, 풀 20개' },
    which: 'statementMs',
    poolSize: 20,
  },
  {
    label: 'acquire, pool 1',
    name: { en: 'acquire timeout, pool of 1', ko: '획득 타임아웃, 풀 1개' },
    which: 'acquireMs',
    poolSize: 1,
  },
  {
    label: 'acquire, pool 20',
    name: { en: 'acquire timeout, pool of 20', ko: '획득 타임아웃, 풀 20개' },
    which: 'acquireMs',
    poolSize: 20,
  },
  {
    label: 'lock, pool 20',
    name: { en: 'lock_timeout, pool of 20', ko: 'lock_timeout, 풀 20개' },
    which: 'lockMs',
    poolSize: 20,
  },
];

function seconds(scale: Scale, ms: number): string {
  return `${figure(scale.ms(ms) / 1_000)} s`;
}

export const c5: Experiment = {
  id: 'C5',
  ...stated(words.c5, (scale) => ({
    requests: REQUESTS,
    workMs: scale.ms(WORK_MS),
    timeout: seconds(scale, TIMEOUT_MS),
    speed: scale.name === 'quick' ? words.c5.tenTimesFaster : words.c5.literal,
    predicted: PREDICTED,
    tolerance: TOLERANCE,
  })),
  schedule: (scale) => [
    ...MEANINGS.map(({ label, which, poolSize }): ScheduledScenario => {
      const timeouts = onlyTimeout(which, scale.ms(TIMEOUT_MS));
      const given = { requests: REQUESTS, poolSize, workMs: scale.ms(WORK_MS), timeouts };
      return {
        label,
        scenario: scenarioOf({ operation: 'topUp', strategy: 'pessimistic', ...given }),
        repeats: scale.pick(1, 3),
      };
    }),
    {
      label: CONTROL,
      scenario: scenarioOf({
        operation: 'topUp',
        strategy: 'unguarded',
        requests: REQUESTS,
        workMs: scale.ms(WORK_MS),
      }),
      repeats: scale.pick(1, 3),
    },
  ],
  judge: (runs) => {
    const meanings = MEANINGS.map((meaning) => ({
      ...meaning,
      successes: measuredIn(runs, meaning.label, (run) => run.successes),
    }));
    const fits = meanings.map(({ successes }) => Math.abs(successes.mean - PREDICTED) <= TOLERANCE);
    const list = (isFitting: boolean): Text =>
      listed(
        meanings
          .filter((_, index) => fits[index] === isFitting)
          .map(({ name, successes }) => fill(words.c5.meaning, { name, successes: meanText(successes) })),
        ', ',
      );
    return {
      verdict: verdictOf(fits),
      reason: fill(words.c5.reason, {
        fitting: fits.some(Boolean) ? fill(words.c5.fitting, { list: list(true) }) : words.c5.noneFits,
        others: fits.every(Boolean) ? '' : fill(words.c5.others, { list: list(false) }),
      }),
      predicted: PREDICTED,
      measured: meanings[0]!.successes,
      unit: 'count',
      findings: meanings.map(({ name, successes }) =>
        finding(`successes under ${name.en}`, `성공 수: ${name.ko}`, String(PREDICTED), successes),
      ),
    };
  },
};

/** Successes under each timeout, for the plot. */
export function successesByTimeout(
  runs: Runs,
): readonly { readonly name: Text; readonly successes: Measured }[] {
  return MEANINGS.map(({ label, name }) => ({
    name,
    successes: measuredIn(runs, label, (run) => run.successes),
  }));
}

const CROWD = 100;
const BOUNDS = ['acquireMs', 'lockMs', 'statementMs'] as const;
const BOUND_NAMES: Readonly<Record<keyof Timeouts, string>> = {
  acquireMs: 'acquire timeout',
  lockMs: 'lock_timeout',
  statementMs: 'statement_timeout',
};
/** A loser that waits less than this share of the work has hardly waited. */
const HARDLY = 0.2;
/** Numbers of successes that differ by less than this share count as equal. */
const DIFFERENT = 0.25;

const optimisticUnder = (which: keyof Timeouts): string => `optimistic, ${BOUND_NAMES[which]}`;
const FREE = 'optimistic, no timeout';
const AFTER = 'optimistic, work after the write';
const LINE = 'pessimistic, acquire timeout';

const CROWD_NAMES: Readonly<Record<string, Text>> = {
  [FREE]: { en: 'optimistic, no timeout', ko: '낙관적, 타임아웃 없음' },
  [optimisticUnder('acquireMs')]: { en: 'optimistic, acquire timeout', ko: '낙관적, 획득 타임아웃' },
  [optimisticUnder('lockMs')]: { en: 'optimistic, lock_timeout', ko: '낙관적, lock_timeout' },
  [optimisticUnder('statementMs')]: { en: 'optimistic, statement_timeout', ko: '낙관적, statement_timeout' },
  [AFTER]: { en: 'optimistic, work after the write', ko: '낙관적, 쓴 뒤에 작업' },
  [LINE]: { en: 'pessimistic, acquire timeout', ko: '비관적, 획득 타임아웃' },
};

function crowd(strategy: string, scale: Scale, given: Partial<Scenario>): Scenario {
  return scenarioOf({
    operation: 'topUp',
    strategy,
    requests: CROWD,
    poolSize: 20,
    workMs: scale.ms(WORK_MS),
    ...given,
  });
}

export const c6: Experiment = {
  id: 'C6',
  ...stated(words.c6, (scale) => ({
    workMs: scale.ms(WORK_MS),
    timeout: seconds(scale, TIMEOUT_MS),
    tolerance: TOLERANCE,
    differentPercent: DIFFERENT * 100,
    hardlyPercent: HARDLY * 100,
  })),
  schedule: (scale) => [
    { label: FREE, scenario: crowd('optimistic', scale, {}), repeats: scale.pick(2, 3) },
    ...BOUNDS.map((which) => ({
      label: optimisticUnder(which),
      scenario: crowd('optimistic', scale, { timeouts: onlyTimeout(which, scale.ms(TIMEOUT_MS)) }),
      repeats: scale.pick(1, 3),
    })),
    {
      label: AFTER,
      scenario: crowd('optimistic', scale, { workMs: scale.ms(100), workAfterMs: scale.ms(WORK_MS) }),
      repeats: scale.pick(1, 3),
    },
    {
      label: LINE,
      scenario: crowd('pessimistic', scale, { timeouts: onlyTimeout('acquireMs', scale.ms(TIMEOUT_MS)) }),
      repeats: scale.pick(1, 2),
    },
    { label: CONTROL, scenario: crowd('unguarded', scale, {}), repeats: scale.pick(1, 2) },
  ],
  judge: (runs, { scale }) => {
    const free = measuredIn(runs, FREE, (run) => run.successes);
    const bounded = BOUNDS.map((which) => ({ which, runs: runsOf(runs, optimisticUnder(which)) }));
    const affected = bounded.filter(
      ({ runs: of }) =>
        of.some((run) => run.timeouts > run.requests / 100) ||
        Math.abs(overRuns(of.map((run) => run.successes)).mean - free.mean) >
          Math.max(TOLERANCE, DIFFERENT * free.mean),
    );
    const waitMs = measuredIn(runs, FREE, (run) => run.losersStatementMs);
    const afterMs = measuredIn(runs, AFTER, (run) => run.losersStatementMs);
    const workMs = scale.ms(WORK_MS);
    const isPrompt = waitMs.mean <= HARDLY * workMs;
    const isPromptAfter = afterMs.mean <= HARDLY * workMs;
    const line = measuredIn(runs, LINE, (run) => run.timeouts);
    const successes = overRuns(bounded.flatMap(({ runs: of }) => of.map((run) => run.successes)));
    const isSpared = affected.length === 0 && isPrompt;
    const verdict = !isSpared ? 'does-not-hold' : isPromptAfter ? 'holds' : 'holds-only-when';
    return {
      verdict,
      reason: fill(words.c6.reason, {
        effect:
          affected.length === 0
            ? fill(words.c6.unaffected, { successes: meanText(successes), free: meanText(free) })
            : fill(words.c6.affected, {
                timeouts: affected.map(({ which }) => BOUND_NAMES[which]).join(', '),
              }),
        timedOut: meanText(line),
        waitMs: meanText(waitMs),
        afterMs: meanText(afterMs),
        workMs: figure(workMs),
        spared: isSpared ? words.c6.spared : '',
      }),
      predicted: figure(free.mean),
      measured: successes,
      unit: 'count',
      findings: [
        ...BOUNDS.map((which) =>
          finding(
            `successes under ${BOUND_NAMES[which]}`,
            `성공 수: ${BOUND_NAMES[which]}`,
            figure(free.mean),
            measuredIn(runs, optimisticUnder(which), (run) => run.successes),
          ),
        ),
        finding("loser's wait, work before the write", '패자의 대기, 쓰기 전에 작업', '0', waitMs, 'ms'),
        finding("loser's wait, work after the write", '패자의 대기, 쓴 뒤에 작업', '0', afterMs, 'ms'),
        finding('timeouts of 100 pessimistic requests', '비관적 요청 100건 중 타임아웃', undefined, line),
      ],
    };
  },
};

/** What became of C6's crowds, for the plot. */
export function boundedCrowds(runs: Runs): readonly {
  readonly name: Text;
  readonly won: Measured;
  readonly lost: Measured;
  readonly gone: Measured;
}[] {
  return [FREE, ...BOUNDS.map(optimisticUnder), AFTER, LINE].map((label) => {
    const won = measuredIn(runs, label, (run) => run.successes);
    const gone = measuredIn(runs, label, (run) => run.timeouts);
    const lost = measuredIn(runs, label, (run) => run.requests - run.successes - run.timeouts);
    return { name: CROWD_NAMES[label] ?? { en: label, ko: label }, won, gone, lost };
  });
}
