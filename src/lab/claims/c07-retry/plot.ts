/** The plot of C7. */
import * as words from './words.ts';
import { C7_RESOURCES, costRatios } from './experiment.ts';
import type { Runs } from '../../schedule.ts';
import { barOption } from '../../report/bars.ts';
import type { Plot } from '../../report/plot.ts';
import { medianPoint } from '../../statistics.ts';
import { plotOf } from '../../report/plot.ts';

export function costsPlot(runs: Runs): Plot {
  const strategies = costRatios(runs);
  return plotOf({
    name: 'c7-costs',
    ...words.costsPlot,
    height: 420,
    option: barOption({
      categories: C7_RESOURCES,
      series: strategies.map(({ strategy, costs }) => ({
        name: strategy,
        // A logarithmic scale has no zero.
        points: costs.map((cost) => (cost.median > 0 ? medianPoint(cost) : { value: null, interval: null })),
      })),
      axisName: { en: 'times the pessimistic cost', ko: '비관적 락 대비 배수' },
      isLogarithmic: true,
    }),
  });
}
