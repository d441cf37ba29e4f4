/** The plots of C1, C2 and C3. */
import { exponentsOf, fittedLaw, sweepOf } from './experiment.ts';
import type { EndedRun, Runs } from '../../schedule.ts';
import { meanPoint, overRuns } from '../../statistics.ts';
import { lineOption } from '../../report/lines.ts';
import { LIGHT, SERIES } from '../../report/palette.ts';
import type { Plot } from '../../report/plot.ts';
import { plotOf } from '../../report/plot.ts';
import { fill, meanText } from '../../text.ts';
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
  const [a, b] = exponentsOf(law);
  const measured = crowds.map((requests, index) => {
    const own = points
      .filter((point) => point.requests === requests)
      .map(({ pool, successes }) => ({ x: pool, ...meanPoint(overRuns(successes)) }));
    return {
      name: { en: `${requests} requests`, ko: `요청 ${requests}건` },
      colour: SERIES[index] ?? LIGHT.first,
      points: own,
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
    points: smooth.map((pool) => ({ x: pool, value: requests / pool, interval: null })),
  }));
  return plotOf({
    name: 'c3-law',
    title: words.lawPlot.title,
    caption: fill(words.lawPlot.caption, {
      fitted: law === undefined ? '' : fill(words.fitted, { requests: meanText(a), pool: meanText(b) }),
    }),
    height: 360,
    option: lineOption({
      series: [...measured, ...laws],
      xName: { en: 'connections in the pool', ko: '풀의 커넥션 수' },
      yName: { en: 'successes', ko: '성공 수' },
    }),
  });
}
