/** The plots of C4 and C8. */
import { CONTROL, runsOf } from '../experiment.ts';
import type { Measured, Point } from '../../statistics.ts';
import { meanPoint, medianPoint, overRuns } from '../../statistics.ts';
import type { RunSummary } from '../../measure/run-summary.ts';
import { percent } from '../../text.ts';
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
    const share = (of: (run: RunSummary) => number): Point =>
      meanPoint(
        overRuns(
          all.map((run) => of(run) / Math.max(1, run.requests)),
          1,
        ),
      );
    return {
      name,
      told: share((run) => run.successes),
      kept: share((run) => run.successes - run.finalState.lostUpdates),
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
          points: rows.map(({ told }) => told),
          colour: LIGHT.idle,
        },
        {
          name: { en: 'in the balance', ko: '잔액에 반영' },
          points: rows.map(({ kept }) => kept),
          colour: LIGHT.won,
        },
      ],
      axisName: { en: 'share of the requests', ko: '요청 중 비율' },
      max: 1,
      format: percent,
    }),
  });
}

const at = (x: number, rate: Measured): Point & { readonly x: number } => ({ x, ...medianPoint(rate) });

export function poolsPlot(runs: Runs): Plot {
  const rates = ratesByPool(runs);
  return plotOf({
    name: 'c8-pools',
    ...words.poolsPlot,
    option: lineOption({
      series: [
        {
          name: { en: 'with work', ko: '작업 있음' },
          points: rates.map(({ pool, work }) => at(pool, work)),
        },
        {
          name: { en: 'without work', ko: '작업 없음' },
          points: rates.map(({ pool, rush }) => at(pool, rush)),
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
        points: rates.map(({ pool, rate }) => at(pool, rate)),
      })),
      ticks: strategies[0]?.rates.map(({ pool }) => pool) ?? [],
      isLogarithmicY: true,
      xName: { en: 'connections in the pool', ko: '풀의 커넥션 수' },
      yName: { en: 'successes/s', ko: '초당 성공 수' },
    }),
  });
}
