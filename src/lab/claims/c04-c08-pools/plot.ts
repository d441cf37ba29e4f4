/** The pictures of C4 and C8. */
import { CONTROL, runsOf } from '../experiment.ts';
import { ratesByPool, ratesByStrategy } from './experiment.ts';
import type { Runs } from '../../schedule.ts';
import { barOption } from '../../report/bars.ts';
import { lineOption } from '../../report/lines.ts';
import { LIGHT } from '../../report/palette.ts';
import type { Plot } from '../../report/plot.ts';
import { plotOf } from '../../report/plot.ts';

export function keptPlot(runs: Runs): Plot {
  const rows = [
    {
      name: { en: 'pessimistic', ko: '비관적 락' },
      labels: Object.keys(runs).filter((label) => label !== CONTROL),
    },
    { name: { en: 'no guard', ko: '락 없음' }, labels: [CONTROL] },
  ].map(({ name, labels }) => {
    const all = labels.flatMap((label) => runsOf(runs, label));
    const requests = all.reduce((sum, run) => sum + run.requests, 0);
    const told = all.reduce((sum, run) => sum + run.successes, 0);
    const lost = all.reduce((sum, run) => sum + run.finalState.lostUpdates, 0);
    return {
      name,
      told: (100 * told) / Math.max(1, requests),
      kept: (100 * (told - lost)) / Math.max(1, requests),
    };
  });
  return plotOf({
    name: 'c4-kept',
    title: {
      en: 'Top-ups promised, and top-ups in the balance',
      ko: '성공했다고 답한 충전과 잔액에 남은 충전',
    },
    caption: {
      en: 'Both tell everyone that the top-up succeeded. With a lock it is true; without one each request writes the balance that it once read, and overwrites what others have added meanwhile.',
      ko: '둘 다 모두에게 성공했다고 답한다. 락이 있으면 사실이다. 락이 없으면 각자 예전에 읽은 잔액에 더해 쓰므로 그 사이 다른 요청이 더한 금액을 덮어쓴다.',
    },
    height: 220,
    option: barOption({
      categories: rows.map(({ name }) => name),
      series: [
        {
          name: { en: 'told “topped up”', ko: '성공 응답' },
          values: rows.map(({ told }) => told),
          colour: LIGHT.idle,
        },
        {
          name: { en: 'in the balance', ko: '잔액에 반영' },
          values: rows.map(({ kept }) => kept),
          colour: LIGHT.won,
        },
      ],
      axisName: { en: 'per cent of the requests', ko: '요청 중 비율(%)' },
      max: 100,
      format: (value) => `${Math.round(value)}`,
    }),
  });
}

export function poolsPlot(runs: Runs): Plot {
  const rates = ratesByPool(runs);
  return plotOf({
    name: 'c8-pools',
    title: {
      en: 'Pessimistic top-ups per second, by the size of the pool',
      ko: '풀 크기에 따른 비관적 충전의 초당 성공 수',
    },
    caption: {
      en: 'With work under the lock the line is flat: one after another, however many wait. Without work, handing the row from one to the next takes the time, and that depends on how many wait.',
      ko: '락을 잡은 채 작업하면 평평하다: 몇이 기다리든 하나씩 처리된다. 작업이 없으면 행을 넘겨주는 데 시간이 들고, 이는 몇이 기다리는지에 달려 있다.',
    },
    option: lineOption({
      series: [
        {
          name: { en: 'with work', ko: '작업 있음' },
          points: rates.map(({ pool, work }) => [pool, work.median] as const),
          spread: rates.map(({ pool, work }) => [pool, work.min, work.max] as const),
        },
        {
          name: { en: 'without work', ko: '작업 없음' },
          points: rates.map(({ pool, rush }) => [pool, rush.median] as const),
          spread: rates.map(({ pool, rush }) => [pool, rush.min, rush.max] as const),
        },
      ],
      ticks: rates.map(({ pool }) => pool),
      xName: { en: 'connections in the pool', ko: '풀의 커넥션 수' },
      yName: { en: 'successes/s', ko: '초당 성공 수' },
    }),
  });
}

export function strategiesPlot(runs: Runs): Plot {
  const strategies = ratesByStrategy(runs);
  return plotOf({
    name: 'c8-strategies',
    title: {
      en: 'Successes per second against connections, without work',
      ko: '커넥션 수에 따른 초당 성공 수, 작업 없음',
    },
    caption: {
      en: 'All top-up one wallet. What succeeds counts, not what is tried: optimistic and NOWAIT send as much, and most of it fails. The scale is logarithmic.',
      ko: '모두 지갑 하나를 충전한다. 시도가 아니라 성공만 센다: 낙관적 락과 NOWAIT도 같은 만큼 보내지만 대부분 실패한다. 로그 눈금이다.',
    },
    option: lineOption({
      series: strategies.map(({ strategy, rates }) => ({
        name: strategy,
        points: rates.map(({ pool, rate }) => [pool, Math.max(1, rate.median)] as const),
        spread: rates.map(({ pool, rate }) => [pool, Math.max(1, rate.min), Math.max(1, rate.max)] as const),
      })),
      ticks: strategies[0]?.rates.map(({ pool }) => pool) ?? [],
      isLogarithmicY: true,
      xName: { en: 'connections in the pool', ko: '풀의 커넥션 수' },
      yName: { en: 'successes/s', ko: '초당 성공 수' },
    }),
  });
}
