/** The plots of C5 and C6. */
import * as words from './words.ts';
import { boundedCrowds, successesByTimeout } from './experiment.ts';
import type { EndedRun, Runs } from '../../schedule.ts';
import { barOption } from '../../report/bars.ts';
import { LIGHT } from '../../report/palette.ts';
import type { Plot } from '../../report/plot.ts';
import { plotOf } from '../../report/plot.ts';
import type { Measured, Point } from '../../statistics.ts';
import { meanPoint } from '../../statistics.ts';
import { firstRun, timelineOf } from '../../report/timeline.ts';

export function timeoutsPlot(runs: Runs): Plot {
  const meanings = successesByTimeout(runs);
  return plotOf({
    name: 'c5-timeouts',
    ...words.timeoutsPlot,
    height: 290,
    option: barOption({
      categories: meanings.map(({ name }) => name),
      series: [
        {
          name: { en: 'succeeded', ko: '성공' },
          points: meanings.map(({ successes }) => meanPoint(successes)),
          colour: LIGHT.won,
        },
      ],
      axisName: { en: 'successes of 20', ko: '20건 중 성공' },
      line: { at: 10, name: { en: 'claim: 10', ko: '주장: 10' } },
      max: 20,
    }),
  });
}

export function queues(ended: readonly EndedRun[]): readonly (Plot | undefined)[] {
  return [
    timelineOf(
      'c5-statement',
      words.statementQueue.title,
      words.statementQueue.caption,
      firstRun(ended, 'statement, pool 20'),
    ),
    timelineOf('c5-lock', words.lockQueue.title, words.lockQueue.caption, firstRun(ended, 'lock, pool 20')),
  ];
}

export function crowdsPlot(runs: Runs): Plot {
  const crowds = boundedCrowds(runs);
  const points = (of: (crowd: (typeof crowds)[number]) => Measured): readonly Point[] =>
    crowds.map((crowd) => meanPoint(of(crowd)));
  return plotOf({
    name: 'c6-crowds',
    ...words.crowdsPlot,
    height: 560,
    option: barOption({
      categories: crowds.map(({ name }) => name),
      series: [
        { name: { en: 'succeeded', ko: '성공' }, points: points(({ won }) => won), colour: LIGHT.won },
        { name: { en: 'lost', ko: '짐' }, points: points(({ lost }) => lost), colour: LIGHT.lost },
        {
          name: { en: 'timed out', ko: '타임아웃' },
          points: points(({ gone }) => gone),
          colour: LIGHT.gone,
        },
      ],
      axisName: { en: 'requests', ko: '요청 수' },
      max: 100,
      format: (value) => String(Math.round(value)),
    }),
  });
}
