/** The plots of C9 and C10. */
import * as words from './words.ts';
import { soldAfterFailure } from './experiment.ts';
import type { EndedRun, Runs } from '../../schedule.ts';
import { SUCCESSES } from '../../measure/fixture.ts';
import { meanPoint } from '../../statistics.ts';
import { percent } from '../../text.ts';
import { barOption } from '../../report/bars.ts';
import { lineOption } from '../../report/lines.ts';
import { LIGHT } from '../../report/palette.ts';
import type { Plot } from '../../report/plot.ts';
import { plotOf } from '../../report/plot.ts';

export function soldPlot(runs: Runs): Plot {
  const sold = soldAfterFailure(runs);
  return plotOf({
    name: 'c9-sold',
    ...words.soldPlot,
    height: 240,
    option: barOption({
      categories: sold.map(({ name }) => name),
      series: [
        {
          name: { en: 'sold', ko: '판매' },
          points: sold.map((one) => meanPoint(one.sold)),
          colour: LIGHT.won,
        },
      ],
      axisName: { en: 'seats sold (there is one)', ko: '팔린 좌석(하나뿐)' },
      max: 1,
      isCount: true,
    }),
  });
}

export function distributionPlot(ended: readonly EndedRun[]): Plot {
  const group = (prefix: string, won: boolean): readonly number[] =>
    ended
      .filter(({ label }) => label.startsWith(prefix) && label.includes('work 10'))
      .flatMap(({ attempts }) =>
        attempts
          .filter(({ outcome }) => SUCCESSES.has(outcome) === won)
          .map(({ sentMs, answeredMs }) => answeredMs - sentMs),
      )
      .toSorted((a, b) => a - b);
  const series = [
    {
      name: { en: 'optimistic, winners', ko: '낙관적, 승자' },
      ms: group('optimistic', true),
      colour: LIGHT.won,
    },
    {
      name: { en: 'optimistic, losers', ko: '낙관적, 패자' },
      ms: group('optimistic', false),
      colour: LIGHT.lost,
    },
    {
      name: { en: 'NOWAIT, winners', ko: 'NOWAIT, 승자' },
      ms: group('pessimistic-nowait', true),
      colour: LIGHT.won,
      isDashed: true,
    },
    {
      name: { en: 'NOWAIT, losers', ko: 'NOWAIT, 패자' },
      ms: group('pessimistic-nowait', false),
      colour: LIGHT.lost,
      isDashed: true,
    },
  ];
  return plotOf({
    name: 'c10-latency',
    ...words.distributionPlot,
    option: lineOption({
      series: series.map(({ ms, ...rest }) => ({
        ...rest,
        points: distribution(ms).map(([x, value]) => ({ x, value, interval: null })),
        isStep: true,
      })),
      xName: { en: 'milliseconds', ko: '밀리초' },
      yName: { en: 'answered', ko: '응답을 받은 비율' },
      yMax: 1,
      yFormat: percent,
      hasMarks: false,
    }),
  });
}

const STEPS = 60;

/** The cumulative distribution, in at most STEPS steps. */
function distribution(sorted: readonly number[]): readonly (readonly [number, number])[] {
  if (sorted.length === 0) return [];
  const count = Math.min(STEPS, sorted.length);
  return Array.from({ length: count + 1 }, (_, step) => {
    const share = step / count;
    const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
    return [Math.round(sorted[at]! * 10) / 10, share] as const;
  });
}
