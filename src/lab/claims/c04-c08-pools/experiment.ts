/** C4 and C8: requests that wait in line succeed, and the size of the pool changes little. */
import type { ScheduledScenario } from '../../measure/scenario.ts';
import { scenarioOf } from '../../measure/scenario.ts';
import { isCorrect } from '../../measure/final-state.ts';
import type { Runs } from '../../schedule.ts';
import { successesPerSecond } from '../../measure/run-summary.ts';
import type { RunSummary } from '../../measure/run-summary.ts';
import type { Measured } from '../../statistics.ts';
import { overRuns } from '../../statistics.ts';
import { fill, meanText, medianText, percent, timesOf } from '../../text.ts';
import * as words from './words.ts';
import type { Experiment, Scale } from '../experiment.ts';
import { CONTROL, finding, measuredIn, ratioIn, runsOf, stated } from '../experiment.ts';

const C4_REQUESTS = [20, 60] as const;
const C4_POOLS = [10, 20, 40];
const C4_WORK_MS: Readonly<Record<Scale['name'], number>> = { quick: 2, full: 10 };

const c4Labels = C4_REQUESTS.flatMap((requests) =>
  C4_POOLS.map((poolSize) => ({ label: `${requests} requests, pool ${poolSize}`, requests, poolSize })),
);

export const c4: Experiment = {
  id: 'C4',
  ...stated(words.c4, (scale) => ({
    first: C4_REQUESTS[0],
    second: C4_REQUESTS[1],
    pools: C4_POOLS.join(', '),
    workMs: C4_WORK_MS[scale.name],
    ...timesOf(scale.pick(1, 5)),
  })),
  schedule: (scale) => {
    const workMs = C4_WORK_MS[scale.name];
    const sweep: ScheduledScenario[] = c4Labels.map(({ label, requests, poolSize }) => ({
      label,
      scenario: scenarioOf({ operation: 'topUp', strategy: 'pessimistic', requests, poolSize, workMs }),
      repeats: scale.pick(1, 5),
    }));
    const control = scenarioOf({ operation: 'topUp', strategy: 'unguarded', workMs: 10 });
    return [...sweep, { label: CONTROL, scenario: control, repeats: scale.pick(1, 3) }];
  },
  judge: (runs) => {
    const shareOf = (run: RunSummary): number =>
      isCorrect(run.finalState) ? run.successes / run.requests : 0;
    const kept = c4Labels.filter(({ label }) => runsOf(runs, label).every((run) => shareOf(run) === 1));
    const share = overRuns(
      c4Labels.flatMap(({ label }) => runsOf(runs, label).map(shareOf)),
      1,
    );
    const broken = c4Labels.filter((one) => !kept.includes(one)).map(({ label }) => label);
    const lost = meanText(measuredIn(runs, CONTROL, (run) => run.finalState.lostUpdates));
    return {
      verdict: broken.length === 0 ? 'holds' : kept.length === 0 ? 'does-not-hold' : 'holds-only-when',
      reason: fill(words.c4.reason, {
        succeeded: meanText(share, percent),
        where:
          broken.length === 0 ? words.c4.everywhere : fill(words.c4.notIn, { broken: broken.join('; ') }),
        lost,
      }),
      predicted: 1,
      measured: share,
      unit: 'share',
      findings: c4Labels.map(({ label, requests, poolSize }) =>
        finding(
          `successes of ${requests}, pool ${poolSize}`,
          `${requests}건 중 성공, 풀 ${poolSize}개`,
          String(requests),
          measuredIn(runs, label, (run) => run.successes),
        ),
      ),
    };
  },
};

const C8_POOLS = [2, 10, 40];
/** Measured without work for comparison. */
const C8_BESIDE = ['atomic', 'grouped', 'optimistic', 'pessimistic-nowait'] as const;
const C8_WORK_MS = 10;
const C8_REQUESTS = 30;
const C8_RUSH = 100;
const C8_TOLERANCE = 1.25;

const workLabel = (pool: number): string => `work, pool ${pool}`;
const rushLabel = (pool: number): string => `no work, pool ${pool}`;
const besideLabel = (strategy: string, pool: number): string => `${strategy}, no work, pool ${pool}`;

/** C8's rates by pool size, for its plot. */
export function ratesByPool(runs: Runs): readonly { pool: number; work: Measured; rush: Measured }[] {
  const rate = (label: string): Measured => measuredIn(runs, label, successesPerSecond);
  return C8_POOLS.map((pool) => ({ pool, work: rate(workLabel(pool)), rush: rate(rushLabel(pool)) }));
}

/** Successes/s without work against connections per strategy, for its plot. */
export function ratesByStrategy(runs: Runs): readonly {
  readonly strategy: string;
  readonly rates: readonly { readonly pool: number; readonly rate: Measured }[];
}[] {
  return ['pessimistic', ...C8_BESIDE].map((strategy) => ({
    strategy,
    rates: C8_POOLS.map((pool) => ({
      pool,
      rate: measuredIn(
        runs,
        strategy === 'pessimistic' ? rushLabel(pool) : besideLabel(strategy, pool),
        successesPerSecond,
      ),
    })),
  }));
}

/** Successes/s of the pool with the highest median, divided by those of the one with the lowest, repeat by repeat. */
function fastestToSlowest(runs: Runs, labelOf: (pool: number) => string): Measured {
  const labels = C8_POOLS.map(labelOf).toSorted(
    (a, b) => measuredIn(runs, a, successesPerSecond).median - measuredIn(runs, b, successesPerSecond).median,
  );
  return ratioIn(runs, labels.at(-1) ?? '', labels[0] ?? '', successesPerSecond);
}

export const c8: Experiment = {
  id: 'C8',
  ...stated(words.c8, (scale) => ({
    pools: C8_POOLS.join(', '),
    requests: C8_REQUESTS,
    workMs: C8_WORK_MS,
    rush: C8_RUSH,
    beside: C8_BESIDE.join(', '),
    ...timesOf(scale.pick(1, 5)),
    tolerance: C8_TOLERANCE,
  })),
  schedule: (scale) => [
    ...C8_POOLS.flatMap((poolSize) => [
      {
        label: workLabel(poolSize),
        scenario: scenarioOf({
          operation: 'topUp',
          strategy: 'pessimistic',
          requests: C8_REQUESTS,
          poolSize,
          workMs: C8_WORK_MS,
        }),
        repeats: scale.pick(1, 5),
      },
      {
        label: rushLabel(poolSize),
        scenario: scenarioOf({ operation: 'topUp', strategy: 'pessimistic', requests: C8_RUSH, poolSize }),
        repeats: scale.pick(1, 5),
      },
      ...C8_BESIDE.map((strategy) => ({
        label: besideLabel(strategy, poolSize),
        scenario: scenarioOf({ operation: 'topUp' as const, strategy, requests: C8_RUSH, poolSize }),
        repeats: scale.pick(1, 5),
      })),
    ]),
    {
      label: CONTROL,
      scenario: scenarioOf({
        operation: 'topUp',
        strategy: 'unguarded',
        requests: C8_REQUESTS,
        workMs: C8_WORK_MS,
      }),
      repeats: scale.pick(1, 3),
    },
  ],
  judge: (runs) => {
    const all = C8_POOLS.flatMap((pool) => [
      ...runsOf(runs, workLabel(pool)),
      ...runsOf(runs, rushLabel(pool)),
    ]);
    const everyoneSucceeded = all.every((run) => run.successes === run.requests);
    const rates = ratesByPool(runs);
    const withWork = fastestToSlowest(runs, workLabel);
    const without = fastestToSlowest(runs, rushLabel);
    const conditions = [withWork, without].map(({ median }) => median > 0 && median <= C8_TOLERANCE);
    const list = (of: (rate: (typeof rates)[number]) => Measured): string =>
      rates.map((rate) => `${rate.pool}: ${medianText(of(rate))}`).join(', ');
    return {
      verdict:
        !everyoneSucceeded || !conditions.some(Boolean)
          ? 'does-not-hold'
          : conditions.every(Boolean)
            ? 'holds'
            : 'holds-only-when',
      reason: fill(words.c8.reason, {
        workMs: C8_WORK_MS,
        withWork: medianText(withWork),
        without: medianText(without),
        ratesWithWork: list(({ work }) => work),
        ratesWithout: list(({ rush }) => rush),
        pace: conditions[0] === true ? words.c8.pacedByLock : '',
      }),
      predicted: 1,
      measured: withWork,
      unit: 'ratio',
      findings: [
        finding(
          'fastest pool ÷ slowest, without work',
          '가장 빠른 풀 ÷ 가장 느린 풀, 작업 없음',
          '1',
          without,
          'ratio',
        ),
        ...rates.flatMap(({ pool, work, rush }) => [
          finding(
            `successes/s with work, pool ${pool}`,
            `초당 성공 수(작업 있음), 풀 ${pool}개`,
            undefined,
            work,
            'per second',
          ),
          finding(
            `successes/s without work, pool ${pool}`,
            `초당 성공 수(작업 없음), 풀 ${pool}개`,
            undefined,
            rush,
            'per second',
          ),
        ]),
      ],
    };
  },
};
