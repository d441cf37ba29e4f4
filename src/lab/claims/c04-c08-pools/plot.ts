/** The plots of C4 and C8. */
import { CONTROL, runsOf } from '../experiment.ts';
import * as words from './words.ts';
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
    ...words.keptPlot,
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
    ...words.poolsPlot,
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
    ...words.strategiesPlot,
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
