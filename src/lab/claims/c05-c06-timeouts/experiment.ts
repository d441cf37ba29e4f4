/** C5 and C6: what the three timeouts that are called *the connection timeout* do to a queue on a hot row. */
import type { Scenario, ScheduledScenario, Timeouts } from '../../measure/scenario.ts';
import { scenarioOf, onlyTimeout } from '../../measure/scenario.ts';
import type { Runs } from '../../schedule.ts';
import { spreadOf } from '../../../load/spread.ts';
import type { Spread } from '../../../load/spread.ts';
import { figure } from '../../text.ts';
import type { Text } from '../../text.ts';
import type { Experiment, Finding, Scale } from '../experiment.ts';
import { CONTROL, runsOf, spreadIn, verdictOf } from '../experiment.ts';

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
  claim: {
    en: 'With a pessimistic lock, a timeout of 5 s and a pool of 20, of 20 requests with 500 ms of work 5 s ÷ 500 ms = 10 succeed and 10 fail.',
    ko: '비관적 락에서 5초의 커넥션 타임아웃, 풀 20개, 요청당 500 ms면 5초 ÷ 500 ms = 10건은 성공하고 나머지 10건은 실패한다.',
  },
  setUp: (scale) => ({
    en: `${REQUESTS} pessimistic top-ups of one wallet at once, ${scale.ms(WORK_MS)} ms of work under the lock, one timeout of ${seconds(scale, TIMEOUT_MS)} at a time${scale.name === 'quick' ? ' (the literal numbers, ten times faster)' : ' (the literal numbers)'}: statement_timeout, the pool's acquire timeout (pool of 20, pool of 1), lock_timeout.`,
    ko: `지갑 하나에 비관적 충전 ${REQUESTS}건을 동시에, 락을 잡은 채 작업 ${scale.ms(WORK_MS)} ms, ${seconds(scale, TIMEOUT_MS)} 타임아웃을 한 번에 하나씩${scale.name === 'quick' ? '(원문의 수치를 10배 빠르게)' : '(원문의 수치 그대로)'}: statement_timeout, 풀의 획득 타임아웃(풀 20개, 풀 1개), lock_timeout.`,
  }),
  prediction: { en: '10 succeed, 10 fail.', ko: '10건 성공, 10건 실패.' },
  rule: {
    en: `A meaning of the timeout fits if the mean number of successes is within ±${TOLERANCE} of ${PREDICTED}. Holds if all four fit; only when, if some do; else it does not hold. The figure is that of statement_timeout: it bounds the whole wait for the row, which is what the claim counts with.`,
    ko: `평균 성공 수가 ${PREDICTED}±${TOLERANCE}이면 그 뜻의 타임아웃은 맞다. 네 가지 모두 맞으면 성립, 일부만 맞으면 조건부, 아니면 불성립. 측정값은 statement_timeout의 것이다: 행을 기다리는 시간 전체를 제한하며, 주장이 계산에 넣은 것이 이것이다.`,
  },
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
      successes: spreadIn(runs, meaning.label, (run) => run.successes),
    }));
    const fits = meanings.map(({ successes }) => Math.abs(successes.mean - PREDICTED) <= TOLERANCE);
    const list = (isFitting: boolean, language: keyof Text): string =>
      meanings
        .filter((_, index) => fits[index] === isFitting)
        .map(({ name, successes }) => `${name[language]} (${figure(successes.mean)})`)
        .join(', ');
    return {
      verdict: verdictOf(fits),
      reason: {
        en: `${fits.some(Boolean) ? `About ten succeed under ${list(true, 'en')}: these bound the whole wait.` : 'No timeout gives ten.'} ${fits.every(Boolean) ? '' : `Not so under ${list(false, 'en')}: in a pool of 20 nobody waits for a connection, and lock_timeout starts again with every new version of the row.`}`.trim(),
        ko: `${fits.some(Boolean) ? `열 건 정도 성공: ${list(true, 'ko')}. 기다림 전체를 제한하는 타임아웃이다.` : '열 건이 되는 타임아웃이 없다.'} ${fits.every(Boolean) ? '' : `다른 결과: ${list(false, 'ko')}. 풀이 20개면 커넥션을 기다리는 요청이 없고, lock_timeout은 행의 새 버전마다 처음부터 다시 센다.`}`.trim(),
      },
      predicted: PREDICTED,
      measured: meanings[0]!.successes,
      unit: 'count',
      findings: meanings.map(({ name, successes }) => ({
        what: { en: `successes under ${name.en}`, ko: `성공 수: ${name.ko}` },
        predicted: String(PREDICTED),
        measured: successes,
        unit: 'count' as const,
      })),
    };
  },
};

/** Successes under each meaning of the timeout, for the plot. */
export function successesByTimeout(
  runs: Runs,
): readonly { readonly name: Text; readonly successes: Spread }[] {
  return MEANINGS.map(({ label, name }) => ({
    name,
    successes: spreadIn(runs, label, (run) => run.successes),
  }));
}

const CROWD = 100;
const BOUNDS = ['acquireMs', 'lockMs', 'statementMs'] as const;
const BOUND_NAMES: Readonly<Record<keyof Timeouts, string>> = {
  acquireMs: 'acquire timeout',
  lockMs: 'lock_timeout',
  statementMs: 'statement_timeout',
};
/** A loser that waits less than this share of the work has not waited its turn. */
const HARDLY = 0.2;
/** Numbers of successes that differ by less than this share are the same. */
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
  claim: {
    en: 'An optimistic lock is hardly affected by the connection timeout, because it reads and writes "asynchronously, without waiting its turn".',
    ko: '낙관적 락은 이전 순서를 기다리지 않고 동시에 검색하고 수정하므로 커넥션 타임아웃의 영향이 상대적으로 적다.',
  },
  setUp: (scale) => ({
    en: `100 optimistic top-ups of one wallet, pool of 20, ${scale.ms(WORK_MS)} ms of work, without a timeout and under each of C5's (${seconds(scale, TIMEOUT_MS)}); the same crowd with the work after the write; and pessimistic under the acquire timeout.`,
    ko: `지갑 하나에 낙관적 충전 100건, 풀 20개, 작업 ${scale.ms(WORK_MS)} ms, 타임아웃이 없을 때와 C5의 각 타임아웃(${seconds(scale, TIMEOUT_MS)})에서. 같은 요청을 쓴 뒤에 작업하게 하고, 비관적 락은 획득 타임아웃에서.`,
  }),
  prediction: {
    en: 'The same number succeeds under every timeout, nobody times out, and losers do not wait for the row.',
    ko: '어느 타임아웃에서도 성공 수가 같고, 타임아웃이 없으며, 패자는 행을 기다리지 않는다.',
  },
  rule: {
    en: `Affected: under some timeout more than 1 % time out, or the mean number of successes differs by more than ${TOLERANCE} and by more than ${DIFFERENT * 100} %. The reason fails if the median loser's longest statement, where it waits for the row, takes more than ${HARDLY * 100} % of the work. Holds if it is not affected and the reason never fails; only when, if the reason fails where the work follows the write; does not hold if it is affected.`,
    ko: `영향: 어느 타임아웃에서 1 % 넘게 타임아웃이 나거나 평균 성공 수가 ${TOLERANCE}건과 ${DIFFERENT * 100} %를 모두 넘게 다르다. 패자가 행을 기다리는 가장 긴 구문의 중앙값이 작업의 ${HARDLY * 100} %를 넘으면 이유가 틀렸다. 영향이 없고 이유도 맞으면 성립, 쓴 뒤에 작업할 때 이유가 틀리면 조건부, 영향이 있으면 불성립.`,
  },
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
    const free = spreadIn(runs, FREE, (run) => run.successes);
    const bounded = BOUNDS.map((which) => ({ which, runs: runsOf(runs, optimisticUnder(which)) }));
    const affected = bounded.filter(
      ({ runs: of }) =>
        of.some((run) => run.timeouts > run.requests / 100) ||
        Math.abs(spreadOf(of.map((run) => run.successes)).mean - free.mean) >
          Math.max(TOLERANCE, DIFFERENT * free.mean),
    );
    const waitMs = spreadIn(runs, FREE, (run) => run.losersStatementMs);
    const afterMs = spreadIn(runs, AFTER, (run) => run.losersStatementMs);
    const workMs = scale.ms(WORK_MS);
    const isPrompt = waitMs.mean <= HARDLY * workMs;
    const isPromptAfter = afterMs.mean <= HARDLY * workMs;
    const line = spreadIn(runs, LINE, (run) => run.timeouts);
    const successes = spreadOf(bounded.flatMap(({ runs: of }) => of.map((run) => run.successes)));
    const isSpared = affected.length === 0 && isPrompt;
    const verdict = !isSpared ? 'does-not-hold' : isPromptAfter ? 'holds' : 'holds-only-when';
    const hit = affected.map(({ which }) => BOUND_NAMES[which]).join(', ');
    return {
      verdict,
      reason: {
        en: `${affected.length === 0 ? `Under each timeout ${figure(successes.mean)} succeeded, without one ${figure(free.mean)}` : `Affected by: ${hit}`}; of 100 pessimistic requests ${figure(line.mean)} timed out. But losers do wait for the row: ${figure(waitMs.mean)} ms when the work comes before the write, ${figure(afterMs.mean)} ms (of ${figure(workMs)} ms of work) when it comes after it, holding a connection.${isSpared ? ' They are spared because the lock is held only from the write to the commit, not because nothing waits.' : ''}`,
        ko: `${affected.length === 0 ? `타임아웃이 있으면 ${figure(successes.mean)}건, 없으면 ${figure(free.mean)}건 성공했다` : `영향을 준 타임아웃: ${hit}`}. 비관적 락은 100건 중 ${figure(line.mean)}건이 타임아웃되었다. 그러나 패자도 행을 기다린다: 쓰기 전에 작업하면 ${figure(waitMs.mean)} ms, 쓴 뒤에 작업하면 ${figure(afterMs.mean)} ms(작업 ${figure(workMs)} ms 중), 커넥션을 잡은 채로.${isSpared ? ' 기다림이 없어서가 아니라 락이 쓰기부터 커밋까지만 잡히기 때문에 짧다.' : ''}`,
      },
      predicted: figure(free.mean),
      measured: successes,
      unit: 'count',
      findings: [
        ...BOUNDS.map((which): Finding => ({
          what: { en: `successes under ${BOUND_NAMES[which]}`, ko: `성공 수: ${BOUND_NAMES[which]}` },
          predicted: figure(free.mean),
          measured: spreadIn(runs, optimisticUnder(which), (run) => run.successes),
          unit: 'count',
        })),
        {
          what: { en: "loser's wait, work before the write", ko: '패자의 대기, 쓰기 전에 작업' },
          predicted: '0',
          measured: waitMs,
          unit: 'ms',
        },
        {
          what: { en: "loser's wait, work after the write", ko: '패자의 대기, 쓴 뒤에 작업' },
          predicted: '0',
          measured: afterMs,
          unit: 'ms',
        },
        {
          what: { en: 'timeouts of 100 pessimistic requests', ko: '비관적 요청 100건 중 타임아웃' },
          predicted: undefined,
          measured: line,
          unit: 'count',
        },
      ],
    };
  },
};

/** What became of C6's crowds, for the plot. */
export function boundedCrowds(
  runs: Runs,
): readonly { readonly name: Text; readonly won: number; readonly lost: number; readonly gone: number }[] {
  return [FREE, ...BOUNDS.map(optimisticUnder), AFTER, LINE].map((label) => {
    const won = spreadIn(runs, label, (run) => run.successes).mean;
    const gone = spreadIn(runs, label, (run) => run.timeouts).mean;
    const all = spreadIn(runs, label, (run) => run.requests).mean;
    return { name: CROWD_NAMES[label] ?? { en: label, ko: label }, won, gone, lost: all - won - gone };
  });
}
