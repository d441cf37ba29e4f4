/** C7: what an optimistic lock costs that retries until it succeeds. */
import type { ScheduledScenario } from '../../measure/scenario.ts';
import { scenarioOf } from '../../measure/scenario.ts';
import type { LinesOfCode } from '../../lines-of-code.ts';
import type { Runs } from '../../schedule.ts';
import type { RunSummary } from '../../measure/run-summary.ts';
import type { Measured } from '../../statistics.ts';
import { overRuns } from '../../statistics.ts';
import { figure, fill, medianText, timesOf } from '../../text.ts';
import * as words from './words.ts';
import type { Experiment } from '../experiment.ts';
import { CONTROL, finding, ratioIn, measuredIn, stated, verdictOf } from '../experiment.ts';

const REQUESTS = 20;
const WORK_MS = 20;
/** "About as long": within this factor. */
const TIME_RATIO_MAX = 1.5;
/** "More": beyond the noise between repeats. */
const MORE = 1.1;

const LINE = 'pessimistic';
const LOOP = 'optimistic+until-success';
const BACKOFF = 'optimistic+retry';
const ONCE = 'optimistic';
/** For comparison. */
const GROUPED = 'grouped';
const STRATEGIES = [LINE, LOOP, BACKOFF, ONCE, GROUPED] as const;

/** Suffix of the scenarios without work in the transaction. */
const RUSH = ', no work';

function perSuccess(of: (run: RunSummary) => number): (run: RunSummary) => number {
  return (run) => of(run) / Math.max(1, run.successes);
}

const RESOURCES = [
  { en: 'statements', ko: '구문', of: perSuccess((run) => run.statements) },
  { en: 'transactions', ko: '트랜잭션', of: perSuccess((run) => run.transactions) },
  { en: 'WAL bytes', ko: 'WAL 바이트', of: perSuccess((run) => run.cost.walBytes) },
  { en: 'client CPU', ko: '클라이언트 CPU', of: perSuccess((run) => run.cost.clientCpuMs) },
  { en: 'server CPU', ko: '서버 CPU', of: perSuccess((run) => run.cost.serverCpuMs ?? 0) },
] as const;

/** Cost per success of each strategy as a multiple of the pessimistic one's, for the plot. */
export function costRatios(
  runs: Runs,
): readonly { readonly strategy: string; readonly costs: readonly Measured[] }[] {
  return [LOOP, BACKOFF, GROUPED].map((strategy) => ({
    strategy,
    costs: RESOURCES.map(({ of }) => ratioIn(runs, strategy, LINE, of)),
  }));
}

export const C7_RESOURCES = RESOURCES.map(({ en, ko }) => ({ en, ko }));

export const c7: Experiment = {
  id: 'C7',
  ...stated(words, (scale) => ({
    requests: REQUESTS,
    workMs: WORK_MS,
    ...timesOf(scale.pick(2, 7)),
    timeRatioMax: TIME_RATIO_MAX,
    more: MORE,
  })),
  schedule: (scale) => {
    const scenarios = STRATEGIES.flatMap((strategy): ScheduledScenario[] => {
      const given = { operation: 'topUp' as const, strategy, requests: REQUESTS, poolSize: REQUESTS };
      // A quick run repeats less often what the verdict does not depend on.
      const repeats = scale.pick(strategy === LINE || strategy === LOOP ? 2 : 1, 7);
      return [
        { label: strategy, scenario: scenarioOf({ ...given, workMs: WORK_MS }), repeats },
        { label: `${strategy}${RUSH}`, scenario: scenarioOf(given), repeats },
      ];
    });
    const control = scenarioOf({
      operation: 'topUp',
      strategy: 'unguarded',
      requests: REQUESTS,
      poolSize: REQUESTS,
      workMs: WORK_MS,
    });
    return [...scenarios, { label: CONTROL, scenario: control, repeats: scale.pick(1, 3) }];
  },
  judge: (runs, { linesOfCode }) => {
    const wall = (run: RunSummary): number => run.wallMs;
    const time = ratioIn(runs, LOOP, LINE, wall);
    const rushed = ratioIn(runs, `${LOOP}${RUSH}`, `${LINE}${RUSH}`, wall);
    const once = ratioIn(runs, LOOP, ONCE, wall);
    const costs = RESOURCES.map((resource) => ({
      ...resource,
      ratio: ratioIn(runs, LOOP, LINE, resource.of),
    }));
    const [statements, transactions, wal, client] = costs.map(({ ratio }) => ratio);
    const isAsLong = (ratio: number): boolean =>
      ratio > 0 && ratio <= TIME_RATIO_MAX && ratio >= 1 / TIME_RATIO_MAX;
    const isMore = [statements, transactions, client].every((ratio) => (ratio?.median ?? 0) >= MORE);
    const lines = { loop: linesOf(linesOfCode, BACKOFF), line: linesOf(linesOfCode, LINE) };
    const parts = [isAsLong(time.median), isAsLong(rushed.median), isMore, lines.loop > lines.line];
    const multiple = (ratio: Measured | undefined): string =>
      ratio === undefined ? '' : medianText(ratio, (value) => `${figure(value)}×`);
    return {
      verdict: verdictOf(parts),
      reason: fill(words.reason, {
        workMs: WORK_MS,
        time: multiple(time),
        rushed: multiple(rushed),
        once: multiple(once),
        statements: multiple(statements),
        transactions: multiple(transactions),
        client: multiple(client),
        wal: multiple(wal),
        and: (wal?.median ?? 0) >= MORE ? 'and' : 'but only',
        loopLines: lines.loop,
        lineLines: lines.line,
      }),
      predicted: 1,
      measured: time,
      unit: 'ratio',
      findings: [
        finding('time, against pessimistic', '시간, 비관적 락 대비', '1', time, 'ratio'),
        finding(
          'time without work, against pessimistic',
          '작업 없는 시간, 비관적 락 대비',
          '1',
          rushed,
          'ratio',
        ),
        finding('time, against optimistic once', '시간, 한 번만 시도한 낙관적 락 대비', '1', once, 'ratio'),
        // Server CPU is unknown on another machine.
        ...costs
          .filter(({ ratio }) => ratio.count > 0)
          .map(({ en, ko, ratio }) =>
            finding(
              `${en} per success, against pessimistic`,
              `성공당 ${ko}, 비관적 락 대비`,
              '> 1',
              ratio,
              'ratio',
            ),
          ),
        finding(
          `successes of ${REQUESTS} with the engine's bounded retry`,
          `엔진의 제한된 재시도, ${REQUESTS}건 중 성공`,
          undefined,
          measuredIn(runs, BACKOFF, (run) => run.successes),
        ),
        ...linesOfCode.map(({ strategy, sqlLines, codeLines }) =>
          finding(
            `lines of ${strategy}: SQL ${sqlLines} + code ${codeLines}`,
            `${strategy}의 줄 수: SQL ${sqlLines} + 코드 ${codeLines}`,
            undefined,
            overRuns([sqlLines + codeLines]),
            'lines',
          ),
        ),
      ],
    };
  },
};

function linesOf(linesOfCode: readonly LinesOfCode[], strategy: string): number {
  const found = linesOfCode.find((one) => one.strategy === strategy);
  return found === undefined ? 0 : found.sqlLines + found.codeLines;
}
