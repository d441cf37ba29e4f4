/** C9 and C10: NOWAIT against the others where a crowd wants a seat. */
import type { Scenario } from '../../measure/scenario.ts';
import { scenarioOf } from '../../measure/scenario.ts';
import type { Runs } from '../../schedule.ts';
import type { RunSummary } from '../../measure/run-summary.ts';
import { successesPerSecond } from '../../measure/run-summary.ts';
import type { Text } from '../../text.ts';
import { figure, timesEn } from '../../text.ts';
import type { Experiment } from '../experiment.ts';
import { CONTROL, finding, ratioIn, spreadIn, verdictOf } from '../experiment.ts';

const CROWD = 20;
const WORK_MS = 50;
const LATECOMERS = 60;
/** Arrivals per second of those who come one by one: over several times the work. */
const RATE = 200;

function hold(strategy: string, given: Partial<Scenario>): Scenario {
  return scenarioOf({
    operation: 'hold',
    strategy,
    requests: CROWD,
    workMs: WORK_MS,
    firstFails: true,
    ...given,
  });
}

const NOWAIT = 'pessimistic-nowait';
const TRICKLE = 'pessimistic-nowait, arriving one by one';
const WAITERS = ['optimistic', 'pessimistic'] as const;

export const c9: Experiment = {
  id: 'C9',
  claim: {
    en: 'NOWAIT: if the request that took the lock first then fails, all the others have failed already; with the other lock one still in flight can win.',
    ko: 'no_wait에서는 최초의 요청이 실패하면 나머지 요청도 이미 모두 실패해 있지만, 다른 락에서는 실행 중인 다른 요청이 성공할 수 있다.',
  },
  setUp: (scale) => ({
    en: `${CROWD} holds of one seat at once, pool of 20, ${WORK_MS} ms of work; the first that is about to commit is rolled back instead. NOWAIT, optimistic and plain pessimistic; then ${LATECOMERS} requests that arrive one by one over ${(LATECOMERS * 1_000) / RATE} ms; ${timesEn(scale.pick(3, 20))}.`,
    ko: `좌석 하나에 ${CROWD}건 동시 선점, 풀 20개, 작업 ${WORK_MS} ms. 가장 먼저 커밋하려는 요청을 일부러 롤백한다. NOWAIT, 낙관적, 일반 비관적 락. 이어서 ${(LATECOMERS * 1_000) / RATE} ms 동안 하나씩 도착하는 ${LATECOMERS}건. ${scale.pick(3, 20)}회 반복.`,
  }),
  prediction: {
    en: 'NOWAIT sells nothing; optimistic sells the seat once. (The text says "pessimistic" for the contrast while arguing for optimistic: both are measured.)',
    ko: 'NOWAIT은 하나도 팔지 못하고 낙관적 락은 한 번 판다. (원문은 낙관적 락을 주장하면서 "비관적 락의 경우"라고 썼으므로 둘 다 잰다.)',
  },
  rule: {
    en: 'Does not hold unless NOWAIT sold nothing in every run at once and optimistic and pessimistic sold exactly one in every run. Then: only when, if NOWAIT did sell the seat to those who arrived one by one; else holds.',
    ko: '동시에 도착한 모든 실행에서 NOWAIT이 0건, 낙관적·비관적 락이 정확히 1건이 아니면 불성립. 그렇다면 하나씩 도착할 때 NOWAIT도 팔았으면 조건부, 아니면 성립.',
  },
  schedule: (scale) => [
    ...[NOWAIT, ...WAITERS].map((strategy) => ({
      label: strategy,
      scenario: hold(strategy, {}),
      repeats: scale.pick(3, 20),
    })),
    {
      label: TRICKLE,
      scenario: hold(NOWAIT, { requests: LATECOMERS, load: { kind: 'open', perSecond: RATE } }),
      repeats: scale.pick(3, 20),
    },
    { label: CONTROL, scenario: hold('unguarded', {}), repeats: scale.pick(1, 5) },
  ],
  judge: (runs) => {
    const sold = (label: string): ReturnType<typeof spreadIn> =>
      spreadIn(runs, label, (run) => run.successes);
    const nowait = sold(NOWAIT);
    const waiters = WAITERS.map(sold);
    const trickle = sold(TRICKLE);
    const isAsClaimed = nowait.max === 0 && waiters.every(({ min, max }) => min === 1 && max === 1);
    const [optimistic, pessimistic] = waiters.map(({ mean }) => figure(mean));
    return {
      verdict: !isAsClaimed ? 'does-not-hold' : trickle.max > 0 ? 'holds-only-when' : 'holds',
      reason: {
        en: `After the first had failed, NOWAIT sold the seat ${figure(nowait.mean)} times on average, optimistic ${optimistic}, pessimistic ${pessimistic}. ${trickle.max > 0 ? `It holds for requests that come while the first one has the lock: of ${LATECOMERS} that came one by one a later one won (${figure(trickle.mean)} sold).` : 'Also of requests that came one by one none won.'} Both readings agree: a request that waits can still win, optimistic or pessimistic.`,
        ko: `최초의 요청이 실패한 뒤 NOWAIT은 평균 ${figure(nowait.mean)}건, 낙관적 락은 ${optimistic}건, 비관적 락은 ${pessimistic}건을 팔았다. ${trickle.max > 0 ? `최초의 요청이 락을 잡고 있는 동안 온 요청에 대해서만 성립한다: 하나씩 온 ${LATECOMERS}건 중에서는 나중 요청이 이겼다(${figure(trickle.mean)}건 판매).` : '하나씩 온 요청 중에서도 이긴 것이 없다.'} 두 해석의 결과는 같다: 기다리는 쪽은 낙관적이든 비관적이든 이길 수 있다.`,
      },
      predicted: 0,
      measured: nowait,
      unit: 'count',
      findings: [
        finding('seats sold by NOWAIT', 'NOWAIT이 판 좌석', '0', nowait),
        finding('seats sold by optimistic', '낙관적 락이 판 좌석', '1', waiters[0]!),
        finding('seats sold by pessimistic', '비관적 락이 판 좌석', '1', waiters[1]!),
        finding(
          'seats sold by NOWAIT, arriving one by one',
          'NOWAIT이 판 좌석, 하나씩 도착',
          undefined,
          trickle,
        ),
        finding(
          'double sales without a guard',
          '락이 없을 때 이중 판매',
          undefined,
          spreadIn(runs, CONTROL, (run) => run.finalState.doubleSales),
        ),
      ],
    };
  },
};

const SEATS = 10;
const HOLDERS = 150;
const C10_WORKS_MS = [0, 10] as const;
/** "Materially": a quarter. */
const SLOWER = 1.25;

const RIVALS = ['optimistic', NOWAIT] as const;
const rivalLabel = (strategy: string, workMs: number): string => `${strategy}, work ${workMs} ms`;

const MEASURES = [
  { key: 'rate', en: 'successes/s', ko: '초당 성공 수', of: (run: RunSummary) => successesPerSecond(run) },
  { key: 'winners', en: "winners' p50", ko: '승자 p50', of: (run: RunSummary) => run.winnersLatency.p50Ms },
  { key: 'winners99', en: "winners' p99", ko: '승자 p99', of: (run: RunSummary) => run.winnersLatency.p99Ms },
  { key: 'losers', en: "losers' p50", ko: '패자 p50', of: (run: RunSummary) => run.losersLatency.p50Ms },
  { key: 'losers99', en: "losers' p99", ko: '패자 p99', of: (run: RunSummary) => run.losersLatency.p99Ms },
] as const;

export const c10: Experiment = {
  id: 'C10',
  claim: {
    en: 'For the seat hold, an optimistic lock is not materially slower than NOWAIT.',
    ko: '좌석 임시 선점에서 낙관적 락은 비동기적으로 처리되므로 no_wait에 비해 속도가 크게 떨어지지 않는다.',
  },
  setUp: (scale) => ({
    en: `${HOLDERS} holds of ${SEATS} seats at once, pool of 20, with ${C10_WORKS_MS.join(' and ')} ms of work; optimistic and NOWAIT in turn, ${timesEn(scale.pick(3, 15))}.`,
    ko: `좌석 ${SEATS}개에 ${HOLDERS}건 동시 선점, 풀 20개, 작업 ${C10_WORKS_MS.join(' ms와 ')} ms. 낙관적 락과 NOWAIT을 번갈아 ${scale.pick(3, 15)}회.`,
  }),
  prediction: {
    en: 'As many successes/s, and answers as fast, for winners and losers.',
    ko: '초당 성공 수도, 승자와 패자의 응답 시간도 비슷하다.',
  },
  rule: {
    en: `Slower, by the median of the repeats' ratios: successes/s below 1/${SLOWER}, or a p50 above ${SLOWER} times that of NOWAIT. Judged for winners (with successes/s) and for losers, each with and without work: not slower in all four: holds; in some: only when; in none: does not hold.`,
    ko: `반복별 비율의 중앙값으로, 초당 성공 수가 1/${SLOWER}보다 작거나 p50이 NOWAIT의 ${SLOWER}배를 넘으면 느린 것. 승자(초당 성공 수 포함)와 패자를 작업이 있을 때와 없을 때 각각 판정: 네 경우 모두 느리지 않으면 성립, 일부면 조건부, 없으면 불성립.`,
  },
  schedule: (scale) => [
    ...C10_WORKS_MS.flatMap((workMs) =>
      RIVALS.map((strategy) => ({
        label: rivalLabel(strategy, workMs),
        scenario: scenarioOf({ operation: 'hold', strategy, requests: HOLDERS, rows: SEATS, workMs }),
        repeats: scale.pick(3, 15),
      })),
    ),
    {
      label: CONTROL,
      scenario: scenarioOf({
        operation: 'hold',
        strategy: 'unguarded',
        requests: HOLDERS,
        rows: SEATS,
        workMs: 10,
      }),
      repeats: scale.pick(1, 3),
    },
  ],
  judge: (runs) => {
    const compared = C10_WORKS_MS.map((workMs) => {
      const ratio = (key: (typeof MEASURES)[number]['key']): ReturnType<typeof ratioIn> => {
        const { of } = MEASURES.find((measure) => measure.key === key) ?? MEASURES[0];
        return ratioIn(runs, rivalLabel('optimistic', workMs), rivalLabel(NOWAIT, workMs), of);
      };
      return {
        workMs,
        rate: ratio('rate'),
        winners: ratio('winners'),
        losers: ratio('losers'),
        all: MEASURES.map((measure) => ({ ...measure, ratio: ratio(measure.key) })),
      };
    });
    const conditions = compared.flatMap(({ rate, winners, losers }) => [
      rate.median >= 1 / SLOWER && winners.median <= SLOWER,
      losers.median <= SLOWER,
    ]);
    const list = (of: (one: (typeof compared)[number]) => number): string =>
      compared.map((one) => `${figure(of(one))}×`).join(' / ');
    const rates = list(({ rate }) => rate.median);
    const winners = list((one) => one.winners.median);
    const losers = list((one) => one.losers.median);
    return {
      verdict: verdictOf(conditions),
      reason: {
        en: `Optimistic against NOWAIT, without work / with ${C10_WORKS_MS[1]} ms: successes/s ${rates}, winners' p50 ${winners}, losers' p50 ${losers}. An optimistic loser does the work before it learns that it lost, and keeps its connection meanwhile; one that NOWAIT refuses may try again, and learns nothing about the seat.`,
        ko: `NOWAIT 대비 낙관적 락, 작업 없음 / ${C10_WORKS_MS[1]} ms: 초당 성공 수 ${rates}, 승자 p50 ${winners}, 패자 p50 ${losers}. 낙관적 락의 패자는 졌다는 것을 알기 전에 작업을 하며 그동안 커넥션을 잡고 있다. NOWAIT에 거절된 요청은 다시 시도하라는 답만 받고 좌석에 대해서는 알지 못한다.`,
      },
      predicted: 1,
      measured: compared.at(-1)!.rate,
      unit: 'ratio',
      findings: compared.flatMap(({ workMs, all }) =>
        all.map(({ en, ko, ratio }) =>
          finding(
            `${en} against NOWAIT, ${workMs} ms of work`,
            `${ko}, NOWAIT 대비, 작업 ${workMs} ms`,
            '1',
            ratio,
            'ratio',
          ),
        ),
      ),
    };
  },
};

/** Seats sold after the first failed, by strategy, for the plot. */
export function soldAfterFailure(runs: Runs): readonly { readonly name: Text; readonly sold: number }[] {
  const names: readonly (readonly [label: string, name: Text])[] = [
    [NOWAIT, { en: 'NOWAIT, all at once', ko: 'NOWAIT, 동시에 도착' }],
    [TRICKLE, { en: 'NOWAIT, one by one', ko: 'NOWAIT, 하나씩 도착' }],
    ['optimistic', { en: 'optimistic', ko: '낙관적 락' }],
    ['pessimistic', { en: 'pessimistic', ko: '비관적 락' }],
  ];
  return names.map(([label, name]) => ({ name, sold: spreadIn(runs, label, (run) => run.successes).mean }));
}
