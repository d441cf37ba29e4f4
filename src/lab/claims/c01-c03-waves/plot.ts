/** The plots of C1, C2 and C3. */
import { fittedLaw, sweepOf } from './experiment.ts';
import type { EndedRun, Runs } from '../../schedule.ts';
import { spreadOf } from '../../../load/spread.ts';
import { lineOption } from '../../report/lines.ts';
import { LIGHT, SERIES } from '../../report/palette.ts';
import type { Plot } from '../../report/plot.ts';
import { plotOf } from '../../report/plot.ts';
import { figure, fill } from '../../text.ts';
import * as words from './words.ts';
import { firstRun, timelineOf } from '../../report/timeline.ts';

export function waves(name: string, ended: readonly EndedRun[], pool: number): Plot | undefined {
  const { title, caption } = words.waves;
  return timelineOf(name, fill(title, { pool }), fill(caption, { pool }), firstRun(ended, 'refuse'));
}

export function lawPlot(runs: Runs): Plot {
  const points = sweepOf(runs);
  const crowds = [...new Set(points.map(({ requests }) => requests))];
  const pools = [...new Set(points.map(({ pool }) => pool))];
  const law = fittedLaw(runs);
  const measured = crowds.map((requests, index) => {
    const own = points
      .filter((point) => point.requests === requests)
      .map((point) => ({ pool: point.pool, ...spreadOf(point.successes) }));
    return {
      name: { en: `${requests} requests`, ko: `요청 ${requests}건` },
      colour: SERIES[index] ?? LIGHT.first,
      points: own.map(({ pool, mean }) => [pool, mean] as const),
      spread: own.map(({ pool, min, max }) => [pool, min, max] as const),
    };
  });
  const smooth = Array.from(
    { length: 31 },
    (_, step) => pools[0]! + ((pools.at(-1)! - pools[0]!) * step) / 30,
  );
  const laws = crowds.map((requests) => ({
    name: { en: 'requests ÷ pool', ko: '요청 ÷ 풀' },
    colour: LIGHT.muted,
    isDashed: true,
    points: smooth.map((pool) => [pool, requests / pool] as const),
  }));
  return plotOf({
    name: 'c3-law',
    title: words.lawPlot.title,
    caption: fill(words.lawPlot.caption, {
      fitted:
        law === undefined
          ? ''
          : fill(words.fitted, {
              requests: figure(law.exponents[0] ?? 0),
              pool: figure(law.exponents[1] ?? 0),
            }),
    }),
    height: 360,
    option: lineOption({
      series: [...measured, ...laws],
      xName: { en: 'connections in the pool', ko: '풀의 커넥션 수' },
      yName: { en: 'successes', ko: '성공 수' },
    }),
  });
}
