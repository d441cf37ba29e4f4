/** C7: what an optimistic lock costs that tries again until it succeeds. */
import type { ScheduledScenario } from '../../measure/scenario.ts';
import { scenarioOf } from '../../measure/scenario.ts';
import type { LinesOfCode } from '../../lines-of-code.ts';
import type { Runs } from '../../schedule.ts';
import type { RunSummary } from '../../measure/run-summary.ts';
import { spreadOf } from '../../../load/spread.ts';
import { figure, timesEn } from '../../text.ts';
import type { Experiment, Finding } from '../experiment.ts';
import { CONTROL, ratioIn, spreadIn, verdictOf } from '../experiment.ts';

const REQUESTS = 20;
const WORK_MS = 20;
/** "About as long": within a half more or less. */
const TIME_RATIO_MAX = 1.5;
/** "More": beyond what repeats differ by. */
const MORE = 1.1;

const LINE = 'pessimistic';
const LOOP = 'optimistic+until-success';
const BACKOFF = 'optimistic+retry';
const ONCE = 'optimistic';
/** Beside them: the line that goes together. */
const GROUPED = 'grouped';
const STRATEGIES = [LINE, LOOP, BACKOFF, ONCE, GROUPED] as const;

/** The same again without work in the transaction. */
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
): readonly { readonly strategy: string; readonly costs: readonly number[] }[] {
  return [LOOP, BACKOFF, GROUPED].map((strategy) => ({
    strategy,
    costs: RESOURCES.map(({ of }) => ratioIn(runs, strategy, LINE, of).median),
  }));
}

export const C7_RESOURCES = RESOURCES.map(({ en, ko }) => ({ en, ko }));

export const c7: Experiment = {
  id: 'C7',
  claim: {
    en: 'An optimistic lock with retry until success ends up sequential: it takes about as long as a pessimistic one, uses more resources and is harder to write.',
    ko: '낙관적 락으로 성공할 때까지 재시도하면 결국 순차적이어서 (비관적 락과) 시간은 비슷하나 소모되는 자원이 많고 구현이 어렵다.',
  },
  setUp: (scale) => ({
    en: `${REQUESTS} top-ups of one wallet at once, pool of ${REQUESTS}, with ${WORK_MS} ms of work and without: pessimistic; optimistic in a plain loop until success; optimistic with the engine's bounded retry; optimistic once; beside them grouped; ${timesEn(scale.pick(2, 7))}.`,
    ko: `지갑 하나에 ${REQUESTS}건 동시 충전, 풀 ${REQUESTS}개, 작업 ${WORK_MS} ms와 작업 없음: 비관적, 성공할 때까지 반복하는 낙관적, 엔진의 제한된 재시도, 한 번만 시도하는 낙관적, 그리고 그 옆에 grouped. ${scale.pick(2, 7)}회 반복.`,
  }),
  prediction: {
    en: 'Wall time about that of the pessimistic lock; more statements, transactions, WAL and CPU per success; more lines of code. (The text says "about as long as optimistic", read as a slip; both readings are measured.)',
    ko: '비관적 락과 비슷한 시간. 성공당 구문, 트랜잭션, WAL, CPU가 더 많고 코드도 더 길다. (원문의 "낙관적 락과 시간은 비슷"은 비관적 락의 오기로 보며, 두 해석을 모두 잰다.)',
  },
  rule: {
    en: `Four parts: wall time with work within a factor of ${TIME_RATIO_MAX} of pessimistic; the same without work; statements, transactions and client CPU per success each at least ${MORE} times; more lines. All: holds; some: only when; none: does not hold.`,
    ko: `네 부분: 작업이 있을 때 전체 시간이 비관적 락의 ${TIME_RATIO_MAX}배 이내, 작업이 없을 때도 같음, 성공당 구문·트랜잭션·클라이언트 CPU가 각각 ${MORE}배 이상, 코드가 더 김. 모두면 성립, 일부면 조건부, 없으면 불성립.`,
  },
  schedule: (scale) => {
    const scenarios = STRATEGIES.flatMap((strategy): ScheduledScenario[] => {
      const given = { operation: 'topUp' as const, strategy, requests: REQUESTS, poolSize: REQUESTS };
      // What the verdict does not rest on is repeated less often in a quick run.
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
    const [statements, transactions, wal, client] = costs.map(({ ratio }) => ratio.median);
    const isAsLong = (ratio: number): boolean =>
      ratio > 0 && ratio <= TIME_RATIO_MAX && ratio >= 1 / TIME_RATIO_MAX;
    const isMore = [statements, transactions, client].every((ratio) => (ratio ?? 0) >= MORE);
    const lines = { loop: linesOf(linesOfCode, BACKOFF), line: linesOf(linesOfCode, LINE) };
    const parts = [isAsLong(time.median), isAsLong(rushed.median), isMore, lines.loop > lines.line];
    const multiple = (value: number | undefined): string => `${figure(value ?? 0)}×`;
    return {
      verdict: verdictOf(parts),
      reason: {
        en: `Until success it took ${multiple(time.median)} the pessimistic time with ${WORK_MS} ms of work and ${multiple(rushed.median)} without (and ${multiple(once.median)} that of optimistic once). Per success ${multiple(statements)} the statements, ${multiple(transactions)} the transactions, ${multiple(client)} the client's CPU, ${(wal ?? 0) >= MORE ? 'and' : 'but only'} ${multiple(wal)} the WAL: a loser writes no row, but one that has waited locks the row's newest version before it sees that it lost, which is logged. ${lines.loop} lines against ${lines.line}.`,
        ko: `성공할 때까지 재시도하면 비관적 락의 시간의 ${multiple(time.median)}(작업 ${WORK_MS} ms), ${multiple(rushed.median)}(작업 없음)이 걸렸다(한 번만 시도한 낙관적 락의 ${multiple(once.median)}). 성공당 구문 ${multiple(statements)}, 트랜잭션 ${multiple(transactions)}, 클라이언트 CPU ${multiple(client)}, WAL ${multiple(wal)}: 패자는 행을 쓰지 않지만, 기다린 패자는 졌다는 것을 알기 전에 행의 새 버전을 잠그고 이것이 로그에 남는다. 코드 ${lines.loop}줄 대 ${lines.line}줄.`,
      },
      predicted: 1,
      measured: time,
      unit: 'ratio',
      findings: [
        {
          what: { en: 'time, against pessimistic', ko: '시간, 비관적 락 대비' },
          predicted: '1',
          measured: time,
          unit: 'ratio',
        },
        {
          what: { en: 'time without work, against pessimistic', ko: '작업 없는 시간, 비관적 락 대비' },
          predicted: '1',
          measured: rushed,
          unit: 'ratio',
        },
        {
          what: { en: 'time, against optimistic once', ko: '시간, 한 번만 시도한 낙관적 락 대비' },
          predicted: '1',
          measured: once,
          unit: 'ratio',
        },
        // A server elsewhere doesn't say what it used.
        ...costs
          .filter(({ ratio }) => ratio.count > 0)
          .map(({ en, ko, ratio }): Finding => ({
            what: { en: `${en} per success, against pessimistic`, ko: `성공당 ${ko}, 비관적 락 대비` },
            predicted: '> 1',
            measured: ratio,
            unit: 'ratio',
          })),
        {
          what: {
            en: `successes of ${REQUESTS} with the engine's bounded retry`,
            ko: `엔진의 제한된 재시도, ${REQUESTS}건 중 성공`,
          },
          predicted: undefined,
          measured: spreadIn(runs, BACKOFF, (run) => run.successes),
          unit: 'count',
        },
        ...linesOfCode.map(({ strategy, sqlLines, codeLines }): Finding => ({
          what: {
            en: `lines of ${strategy}: SQL ${sqlLines} + code ${codeLines}`,
            ko: `${strategy}의 줄 수: SQL ${sqlLines} + 코드 ${codeLines}`,
          },
          predicted: undefined,
          measured: spreadOf([sqlLines + codeLines]),
          unit: 'lines',
        })),
      ],
    };
  },
};

function linesOf(linesOfCode: readonly LinesOfCode[], strategy: string): number {
  const found = linesOfCode.find((one) => one.strategy === strategy);
  return found === undefined ? 0 : found.sqlLines + found.codeLines;
}
