/** C12: who is carried out for certain. */
import type { ScheduledScenario } from '../../measure/scenario.ts';
import { scenarioOf, NO_TIMEOUTS } from '../../measure/scenario.ts';
import type { Runs } from '../../schedule.ts';
import type { RunSummary } from '../../measure/run-summary.ts';
import { figure, percent, timesEn } from '../../text.ts';
import type { Experiment, Finding } from '../experiment.ts';
import { CONTROL, spreadIn } from '../experiment.ts';

const REQUESTS = 30;
const WORK_MS = 5;
/** Shorter than the queue: twenty waiters of at least WORK_MS each take longer. */
const TIMEOUT_MS = 100;

const LINE = 'pessimistic';
const RIVALS = ['optimistic', 'optimistic+retry'] as const;
const OTHERS = ['pessimistic-nowait', 'atomic', 'serializable', 'grouped'] as const;
const STRATEGIES = [LINE, ...RIVALS, ...OTHERS] as const;

const bounded = (strategy: string): string => `${strategy}, timeouts`;
const share = (run: RunSummary): number => run.successes / run.requests;

/** Shares carried out by strategy, for the plot. */
export function carriedOut(
  runs: Runs,
): readonly { readonly strategy: string; readonly free: number; readonly bounded: number }[] {
  return STRATEGIES.map((strategy) => ({
    strategy,
    free: spreadIn(runs, strategy, share).mean,
    bounded: spreadIn(runs, bounded(strategy), share).mean,
  }));
}

export const c12: Experiment = {
  id: 'C12',
  claim: {
    en: 'A pessimistic lock is the safer choice where execution must be guaranteed.',
    ko: '실행에 대한 안전성은 비관적 락이 낙관적 락보다 유리하다.',
  },
  setUp: (scale) => ({
    en: `${REQUESTS} top-ups of one wallet at once, pool of 20, ${WORK_MS} ms of work, by every strategy; without timeouts, and with all three at ${TIMEOUT_MS} ms, less than the queue takes; ${timesEn(scale.pick(1, 7))}.`,
    ko: `지갑 하나에 ${REQUESTS}건 동시 충전, 풀 20개, 작업 ${WORK_MS} ms, 모든 전략. 타임아웃 없음, 그리고 세 타임아웃 모두 대기열보다 짧은 ${TIMEOUT_MS} ms. ${scale.pick(1, 7)}회.`,
  }),
  prediction: {
    en: 'Pessimistic carries out more requests than optimistic, with and without timeouts.',
    ko: '타임아웃이 있든 없든 비관적 락이 낙관적 락보다 더 많은 요청을 실행한다.',
  },
  rule: {
    en: 'Without timeouts, pessimistic carries out every request and optimistic (once, and with retry) no more; with timeouts it carries out at least as large a share as each of them. Both: holds; only the first: only when; else it does not hold.',
    ko: '타임아웃이 없을 때 비관적 락이 모두 실행하고 낙관적 락(한 번, 재시도)은 그보다 많지 않으며, 타임아웃이 있을 때도 각각보다 적지 않다. 둘 다면 성립, 앞의 것만이면 조건부, 아니면 불성립.',
  },
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
    const free = spreadIn(runs, LINE, share);
    const rushed = spreadIn(runs, bounded(LINE), share);
    const rivals = RIVALS.map((strategy) => ({
      strategy,
      free: spreadIn(runs, strategy, share).mean,
      bounded: spreadIn(runs, bounded(strategy), share).mean,
    }));
    const isSafest = free.min === 1 && rivals.every((rival) => rival.free <= free.mean);
    const isSafestBounded = rivals.every((rival) => rival.bounded <= rushed.mean);
    const list = (of: (rival: (typeof rivals)[number]) => number): string =>
      rivals.map((rival) => `${rival.strategy} ${percent(of(rival))}`).join(', ');
    return {
      verdict: !isSafest ? 'does-not-hold' : isSafestBounded ? 'holds' : 'holds-only-when',
      reason: {
        en: `Without timeouts pessimistic carried out ${percent(free.mean)} (${list((rival) => rival.free)}). With timeouts of ${TIMEOUT_MS} ms, shorter than the queue, ${percent(rushed.mean)} (${list((rival) => rival.bounded)}). ${rushed.mean < 1 ? 'The guarantee is as long as the timeouts: a timeout can remove a request that waits in line.' : 'The timeouts threw nobody out.'}`,
        ko: `타임아웃이 없으면 비관적 락은 ${percent(free.mean)}를 실행했다(${list((rival) => rival.free)}). 대기열보다 짧은 ${TIMEOUT_MS} ms 타임아웃에서는 ${percent(rushed.mean)}(${list((rival) => rival.bounded)}). ${rushed.mean < 1 ? '보장은 타임아웃까지다: 줄을 선 요청은 줄에서 쫓겨날 수 있다.' : '타임아웃으로 쫓겨난 요청은 없다.'}`,
      },
      predicted: 1,
      measured: free,
      unit: 'share',
      findings: STRATEGIES.flatMap((strategy): Finding[] => [
        {
          what: { en: `carried out by ${strategy}`, ko: `실행된 비율, ${strategy}` },
          predicted: strategy === LINE ? figure(1) : undefined,
          measured: spreadIn(runs, strategy, share),
          unit: 'share',
        },
        {
          what: {
            en: `carried out by ${strategy}, timeouts of ${TIMEOUT_MS} ms`,
            ko: `실행된 비율, ${strategy}, 타임아웃 ${TIMEOUT_MS} ms`,
          },
          predicted: undefined,
          measured: spreadIn(runs, bounded(strategy), share),
          unit: 'share',
        },
      ]),
    };
  },
};
