/** C9 and C10: NOWAIT against other locks when a crowd wants a seat. */
import type { Scenario } from '../../measure/scenario.ts';
import { scenarioOf } from '../../measure/scenario.ts';
import type { Runs } from '../../schedule.ts';
import type { RunSummary } from '../../measure/run-summary.ts';
import { successesPerSecond } from '../../measure/run-summary.ts';
import type { Measured } from '../../statistics.ts';
import type { Text } from '../../text.ts';
import { figure, fill, meanText, medianText, timesOf } from '../../text.ts';
import * as words from './words.ts';
import type { Experiment } from '../experiment.ts';
import { CONTROL, finding, ratioIn, measuredIn, stated, verdictOf } from '../experiment.ts';

const CROWD = 20;
const WORK_MS = 50;
const LATECOMERS = 60;
/** Arrivals per second of the latecomers, who arrive over several times the length of the work. */
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
  ...stated(words.c9, (scale) => ({
    crowd: CROWD,
    workMs: WORK_MS,
    latecomers: LATECOMERS,
    arrivingMs: (LATECOMERS * 1_000) / RATE,
    ...timesOf(scale.pick(3, 20)),
  })),
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
    const sold = (label: string): Measured => measuredIn(runs, label, (run) => run.successes);
    const nowait = sold(NOWAIT);
    const waiters = WAITERS.map(sold);
    const trickle = sold(TRICKLE);
    const isAsClaimed = nowait.max === 0 && waiters.every(({ min, max }) => min === 1 && max === 1);
    const [optimistic, pessimistic] = waiters.map((sales) => meanText(sales));
    return {
      verdict: !isAsClaimed ? 'does-not-hold' : trickle.max > 0 ? 'holds-only-when' : 'holds',
      reason: fill(words.c9.reason, {
        nowait: meanText(nowait),
        optimistic,
        pessimistic,
        trickle:
          trickle.max > 0
            ? fill(words.c9.lateWinner, { latecomers: LATECOMERS, sold: meanText(trickle) })
            : words.c9.noLateWinner,
      }),
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
          measuredIn(runs, CONTROL, (run) => run.finalState.doubleSales),
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

const METRICS = [
  { key: 'rate', en: 'successes/s', ko: '초당 성공 수', of: (run: RunSummary) => successesPerSecond(run) },
  { key: 'winners', en: "winners' p50", ko: '승자 p50', of: (run: RunSummary) => run.winnersLatency.p50Ms },
  { key: 'winners99', en: "winners' p99", ko: '승자 p99', of: (run: RunSummary) => run.winnersLatency.p99Ms },
  { key: 'losers', en: "losers' p50", ko: '패자 p50', of: (run: RunSummary) => run.losersLatency.p50Ms },
  { key: 'losers99', en: "losers' p99", ko: '패자 p99', of: (run: RunSummary) => run.losersLatency.p99Ms },
] as const;

export const c10: Experiment = {
  id: 'C10',
  ...stated(words.c10, (scale) => ({
    holders: HOLDERS,
    seats: SEATS,
    first: C10_WORKS_MS[0],
    second: C10_WORKS_MS[1],
    ...timesOf(scale.pick(3, 15)),
    slower: SLOWER,
  })),
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
      const ratio = (key: (typeof METRICS)[number]['key']): Measured => {
        const { of } = METRICS.find((metric) => metric.key === key) ?? METRICS[0];
        return ratioIn(runs, rivalLabel('optimistic', workMs), rivalLabel(NOWAIT, workMs), of);
      };
      return {
        workMs,
        rate: ratio('rate'),
        winners: ratio('winners'),
        losers: ratio('losers'),
        all: METRICS.map((metric) => ({ ...metric, ratio: ratio(metric.key) })),
      };
    });
    const conditions = compared.flatMap(({ rate, winners, losers }) => [
      rate.median >= 1 / SLOWER && winners.median <= SLOWER,
      losers.median <= SLOWER,
    ]);
    const list = (of: (one: (typeof compared)[number]) => Measured): string =>
      compared.map((one) => medianText(of(one), (value) => `${figure(value)}×`)).join(' / ');
    const rates = list(({ rate }) => rate);
    const winners = list((one) => one.winners);
    const losers = list((one) => one.losers);
    return {
      verdict: verdictOf(conditions),
      reason: fill(words.c10.reason, { workMs: C10_WORKS_MS[1], rates, winners, losers }),
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
export function soldAfterFailure(runs: Runs): readonly { readonly name: Text; readonly sold: Measured }[] {
  const names: readonly (readonly [label: string, name: Text])[] = [
    [NOWAIT, { en: 'NOWAIT, all at once', ko: 'NOWAIT, 동시에 도착' }],
    [TRICKLE, { en: 'NOWAIT, one by one', ko: 'NOWAIT, 하나씩 도착' }],
    ['optimistic', { en: 'optimistic', ko: '낙관적 락' }],
    ['pessimistic', { en: 'pessimistic', ko: '비관적 락' }],
  ];
  return names.map(([label, name]) => ({ name, sold: measuredIn(runs, label, (run) => run.successes) }));
}
