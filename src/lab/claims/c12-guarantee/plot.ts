/** The plots of C12. */
import * as words from './words.ts';
import { carriedOut } from './experiment.ts';
import type { EndedRun, Runs } from '../../schedule.ts';
import { meanPoint } from '../../statistics.ts';
import { figure, fill, percent } from '../../text.ts';
import { barOption } from '../../report/bars.ts';
import { LIGHT } from '../../report/palette.ts';
import type { Plot } from '../../report/plot.ts';
import { plotOf } from '../../report/plot.ts';
import { firstRun, timelineOf } from '../../report/timeline.ts';

export function guaranteePlot(runs: Runs): Plot {
  const shares = carriedOut(runs);
  return plotOf({
    name: 'c12-guarantee',
    ...words.guaranteePlot,
    height: 400,
    option: barOption({
      categories: shares.map(({ strategy }) => strategy),
      series: [
        {
          name: { en: 'without timeouts', ko: '타임아웃 없음' },
          points: shares.map(({ free }) => meanPoint(free)),
          colour: LIGHT.won,
        },
        {
          name: { en: 'with timeouts', ko: '타임아웃 있음' },
          points: shares.map(({ bounded }) => meanPoint(bounded)),
          colour: LIGHT.gone,
        },
      ],
      axisName: { en: 'carried out', ko: '실행됨' },
      max: 1,
      format: percent,
    }),
  });
}

/** A timeline of the same crowd under each strategy. */
export function sideBySide(ended: readonly EndedRun[]): readonly (Plot | undefined)[] {
  return words.timelines.map(({ label, caption }) => {
    const attempts = firstRun(ended, label);
    const ms = figure(attempts.reduce((last, { answeredMs }) => Math.max(last, answeredMs), 0));
    // Each has its own scale; otherwise the fastest would be invisible beside the slowest.
    const title = fill(words.timelineTitle, { label, ms });
    return timelineOf(`c12-timeline-${label.replaceAll('+', '-')}`, title, caption, attempts);
  });
}
