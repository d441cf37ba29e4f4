/** The pictures of C5 and C6. */
import { boundedCrowds, successesByTimeout } from './experiment.ts';
import type { EndedRun, Runs } from '../../schedule.ts';
import { barOption } from '../../report/bars.ts';
import { LIGHT } from '../../report/palette.ts';
import type { Plot } from '../../report/plot.ts';
import { plotOf } from '../../report/plot.ts';
import { firstRun, timelineOf } from '../../report/timeline.ts';

export function timeoutsPlot(runs: Runs): Plot {
  const meanings = successesByTimeout(runs);
  return plotOf({
    name: 'c5-timeouts',
    title: { en: 'The same timeout, in four places', ko: '같은 타임아웃을 네 곳에' },
    caption: {
      en: 'Twenty requests wait in one line, each served takes a tenth of the timeout. Where the timeout bounds the whole wait, ten are served; where it bounds something else, all twenty are.',
      ko: '스무 건이 한 줄로 기다리고, 한 건에 타임아웃의 10분의 1이 걸린다. 타임아웃이 기다림 전체를 제한하면 열 건, 다른 것을 제한하면 스무 건 모두 처리된다.',
    },
    height: 290,
    option: barOption({
      categories: meanings.map(({ name }) => name),
      series: [
        {
          name: { en: 'succeeded', ko: '성공' },
          values: meanings.map(({ successes }) => successes.mean),
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
      { en: 'The line under statement_timeout', ko: 'statement_timeout에서의 줄' },
      {
        en: 'All twenty have a connection at once and wait for the row (amber). Each winner works and hands the row on; after ten turns the timeout ends the wait of all the others together.',
        ko: '스무 건 모두 바로 커넥션을 얻고 행을 기다린다(노랑). 이긴 요청이 작업하고 행을 넘겨준다. 열 번째 차례가 지나면 타임아웃이 나머지의 기다림을 한꺼번에 끝낸다.',
      },
      firstRun(ended, 'statement, pool 20'),
    ),
    timelineOf(
      'c5-lock',
      { en: 'The line under lock_timeout', ko: 'lock_timeout에서의 줄' },
      {
        en: 'Each time the row changes hands every waiter begins to wait for its new version, and the clock of lock_timeout begins again: it never ends.',
        ko: '행의 주인이 바뀔 때마다 모두가 새 버전을 다시 기다리기 시작하고 lock_timeout의 시계도 처음부터 다시 간다. 그래서 끝나지 않는다.',
      },
      firstRun(ended, 'lock, pool 20'),
    ),
  ];
}

export function crowdsPlot(runs: Runs): Plot {
  const crowds = boundedCrowds(runs);
  const values = (of: (crowd: (typeof crowds)[number]) => number): readonly number[] => crowds.map(of);
  return plotOf({
    name: 'c6-crowds',
    title: { en: 'What became of 100 requests under each timeout', ko: '타임아웃별 요청 100건의 결과' },
    caption: {
      en: 'Optimistic: nearly all lose, but by losing, and none by waiting too long. Pessimistic: those at the end of the line run into the timeout.',
      ko: '낙관적 락: 거의 모두 지지만, 경쟁에서 지는 것이지 너무 오래 기다려서가 아니다. 비관적 락: 줄 끝의 요청은 타임아웃에 걸린다.',
    },
    height: 320,
    option: barOption({
      categories: crowds.map(({ name }) => name),
      series: [
        { name: { en: 'succeeded', ko: '성공' }, values: values(({ won }) => won), colour: LIGHT.won },
        { name: { en: 'lost', ko: '짐' }, values: values(({ lost }) => lost), colour: LIGHT.lost },
        {
          name: { en: 'timed out', ko: '타임아웃' },
          values: values(({ gone }) => gone),
          colour: LIGHT.gone,
        },
      ],
      isStacked: true,
      axisName: { en: 'requests', ko: '요청 수' },
      max: 100,
      format: (value) => String(Math.round(value)),
    }),
  });
}
