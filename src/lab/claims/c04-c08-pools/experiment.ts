/** C4 and C8: who waits in line gets through, and the length of the pool changes little. */
import type { ScheduledScenario } from '../../measure/scenario.ts';
import { scenarioOf } from '../../measure/scenario.ts';
import { isCorrect } from '../../measure/final-state.ts';
import type { Runs } from '../../schedule.ts';
import { successesPerSecond } from '../../measure/run-summary.ts';
import type { RunSummary } from '../../measure/run-summary.ts';
import type { Spread } from '../../../load/spread.ts';
import { spreadOf } from '../../../load/spread.ts';
import { figure, percent, timesEn } from '../../text.ts';
import type { Experiment, Scale } from '../experiment.ts';
import { CONTROL, runsOf, spreadIn } from '../experiment.ts';

const C4_REQUESTS = [20, 60];
const C4_POOLS = [10, 20, 40];
const C4_WORK_MS: Readonly<Record<Scale['name'], number>> = { quick: 2, full: 10 };

const c4Labels = C4_REQUESTS.flatMap((requests) =>
  C4_POOLS.map((poolSize) => ({ label: `${requests} requests, pool ${poolSize}`, requests, poolSize })),
);

export const c4: Experiment = {
  id: 'C4',
  claim: {
    en: 'With a pessimistic lock, leaving other limits aside, every request succeeds, one after another.',
    ko: '비관적 락에서는 락 이외의 요소를 배제하면 모든 요청이 순차적으로 성공한다.',
  },
  setUp: (scale) => ({
    en: `Pessimistic top-ups of one wallet: ${C4_REQUESTS.join(' and ')} requests over pools of ${C4_POOLS.join(', ')}, ${C4_WORK_MS[scale.name]} ms of work under the lock, no timeout, ${timesEn(scale.pick(1, 5))}.`,
    ko: `지갑 하나에 비관적 충전: 요청 ${C4_REQUESTS.join(', ')}건 × 풀 ${C4_POOLS.join(', ')}개, 락을 잡은 채 작업 ${C4_WORK_MS[scale.name]} ms, 타임아웃 없음, ${scale.pick(1, 5)}회.`,
  }),
  prediction: { en: 'All succeed and the balance is exact.', ko: '모두 성공하고 잔액이 정확하다.' },
  rule: {
    en: 'Holds if every request of every run succeeded and every balance is exact; only when, if that is so for some of the settings; else it does not hold.',
    ko: '모든 실행에서 모든 요청이 성공하고 잔액이 정확하면 성립, 일부 설정에서만이면 조건부, 아니면 불성립.',
  },
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
    const share = spreadOf(c4Labels.flatMap(({ label }) => runsOf(runs, label).map(shareOf)));
    const broken = c4Labels.filter((one) => !kept.includes(one)).map(({ label }) => label);
    const lost = figure(spreadIn(runs, CONTROL, (run) => run.finalState.lostUpdates).mean);
    return {
      verdict: broken.length === 0 ? 'holds' : kept.length === 0 ? 'does-not-hold' : 'holds-only-when',
      reason: {
        en: `${percent(share.mean)} of the requests succeeded with an exact balance${broken.length === 0 ? ' in each of the settings' : `; not all with ${broken.join('; ')}`}. Without a guard ${lost} of 100 top-ups were lost.`,
        ko: `요청의 ${percent(share.mean)}가 성공하고 잔액이 정확했다${broken.length === 0 ? '(모든 설정에서)' : `. 전부는 아닌 설정: ${broken.join('; ')}`}. 락이 없으면 100건 중 ${lost}건이 사라졌다.`,
      },
      predicted: 1,
      measured: share,
      unit: 'share',
      findings: c4Labels.map(({ label, requests, poolSize }) => ({
        what: {
          en: `successes of ${requests}, pool ${poolSize}`,
          ko: `${requests}건 중 성공, 풀 ${poolSize}개`,
        },
        predicted: String(requests),
        measured: spreadIn(runs, label, (run) => run.successes),
        unit: 'count',
      })),
    };
  },
};

const C8_POOLS = [2, 10, 40];
/** Measured beside it, without work, to see what the number of connections does to them. */
const C8_BESIDE = ['atomic', 'grouped', 'optimistic', 'pessimistic-nowait'] as const;
const C8_WORK_MS = 10;
const C8_REQUESTS = 30;
const C8_RUSH = 100;
const C8_TOLERANCE = 1.25;

const workLabel = (pool: number): string => `work, pool ${pool}`;
const rushLabel = (pool: number): string => `no work, pool ${pool}`;
const besideLabel = (strategy: string, pool: number): string => `${strategy}, no work, pool ${pool}`;

/** C8's rates by pool size, for its plot. */
export function ratesByPool(runs: Runs): readonly { pool: number; work: Spread; rush: Spread }[] {
  const rate = (label: string): Spread => spreadIn(runs, label, successesPerSecond);
  return C8_POOLS.map((pool) => ({ pool, work: rate(workLabel(pool)), rush: rate(rushLabel(pool)) }));
}

/** Successes/s without work against connections per strategy, for its plot. */
export function ratesByStrategy(runs: Runs): readonly {
  readonly strategy: string;
  readonly rates: readonly { readonly pool: number; readonly rate: Spread }[];
}[] {
  return ['pessimistic', ...C8_BESIDE].map((strategy) => ({
    strategy,
    rates: C8_POOLS.map((pool) => ({
      pool,
      rate: spreadIn(
        runs,
        strategy === 'pessimistic' ? rushLabel(pool) : besideLabel(strategy, pool),
        successesPerSecond,
      ),
    })),
  }));
}

export const c8: Experiment = {
  id: 'C8',
  claim: {
    en: 'A pessimistic lock depends little on the size of the pool.',
    ko: '비관적 락은 커넥션 풀의 영향을 비교적 적게 받는다.',
  },
  setUp: (scale) => ({
    en: `Pessimistic top-ups of one wallet over pools of ${C8_POOLS.join(', ')}: ${C8_REQUESTS} requests with ${C8_WORK_MS} ms of work, and ${C8_RUSH} without any (also by ${C8_BESIDE.join(', ')}, to compare), ${timesEn(scale.pick(1, 5))}.`,
    ko: `지갑 하나에 비관적 충전, 풀 ${C8_POOLS.join(', ')}개: 작업 ${C8_WORK_MS} ms인 ${C8_REQUESTS}건, 작업이 없는 ${C8_RUSH}건(비교를 위해 ${C8_BESIDE.join(', ')}도), ${scale.pick(1, 5)}회.`,
  }),
  prediction: {
    en: 'All succeed, and successes per second are the same for every pool.',
    ko: '모두 성공하고, 풀 크기와 관계없이 초당 성공 수가 같다.',
  },
  rule: {
    en: `The fastest pool's median successes/s divided by the slowest's: at most ${C8_TOLERANCE} with work and without: holds; with one of them: only when; with neither, or if any request fails: it does not hold.`,
    ko: `가장 빠른 풀과 가장 느린 풀의 초당 성공 수(중앙값) 비율이 작업이 있을 때와 없을 때 모두 ${C8_TOLERANCE} 이하면 성립, 한쪽만이면 조건부, 둘 다 아니거나 실패한 요청이 있으면 불성립.`,
  },
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
    const ratio = (of: (rate: (typeof rates)[number]) => Spread): number => {
      const values = rates.map((rate) => of(rate).median);
      return Math.max(...values) / Math.max(1e-9, Math.min(...values));
    };
    const withWork = ratio(({ work }) => work);
    const without = ratio(({ rush }) => rush);
    const conditions = [withWork <= C8_TOLERANCE, without <= C8_TOLERANCE];
    const list = (of: (rate: (typeof rates)[number]) => Spread): string =>
      rates.map((rate) => `${rate.pool}: ${figure(of(rate).median)}`).join(', ');
    return {
      verdict:
        !everyoneSucceeded || !conditions.some(Boolean)
          ? 'does-not-hold'
          : conditions.every(Boolean)
            ? 'holds'
            : 'holds-only-when',
      reason: {
        en: `With ${C8_WORK_MS} ms of work under the lock the pools' successes/s differ by a factor of ${figure(withWork)} (${list(({ work }) => work)})${withWork <= C8_TOLERANCE ? '; the lock, not the pool, sets the pace' : ''}. Without work by ${figure(without)} (${list(({ rush }) => rush)}): there handing the row from one waiter to the next takes the time, and depends on how many wait.`,
        ko: `락을 잡은 채 ${C8_WORK_MS} ms 작업하면 풀에 따른 초당 성공 수의 차이는 ${figure(withWork)}배다(${list(({ work }) => work)}).${withWork <= C8_TOLERANCE ? ' 속도를 정하는 것은 풀이 아니라 락이다.' : ''} 작업이 없으면 ${figure(without)}배다(${list(({ rush }) => rush)}). 이때는 기다리는 요청 사이에 행을 넘겨주는 시간이 좌우하며, 이는 기다리는 수에 달려 있다.`,
      },
      predicted: 1,
      measured: spreadOf([withWork]),
      unit: 'ratio',
      findings: [
        {
          what: { en: 'fastest pool ÷ slowest, without work', ko: '가장 빠른 풀 ÷ 가장 느린 풀, 작업 없음' },
          predicted: '1',
          measured: spreadOf([without]),
          unit: 'ratio',
        },
        ...rates.flatMap(({ pool, work, rush }) => [
          {
            what: { en: `successes/s with work, pool ${pool}`, ko: `초당 성공 수(작업 있음), 풀 ${pool}개` },
            predicted: undefined,
            measured: work,
            unit: 'per second' as const,
          },
          {
            what: {
              en: `successes/s without work, pool ${pool}`,
              ko: `초당 성공 수(작업 없음), 풀 ${pool}개`,
            },
            predicted: undefined,
            measured: rush,
            unit: 'per second' as const,
          },
        ]),
      ],
    };
  },
};
