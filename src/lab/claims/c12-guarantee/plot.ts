/** The pictures of C12. */
import { carriedOut } from './experiment.ts';
import type { EndedRun, Runs } from '../../schedule.ts';
import type { Text } from '../../text.ts';
import { figure, percent } from '../../text.ts';
import { barOption } from '../../report/bars.ts';
import { LIGHT } from '../../report/palette.ts';
import type { Plot } from '../../report/plot.ts';
import { plotOf } from '../../report/plot.ts';
import { firstRun, timelineOf } from '../../report/timeline.ts';

export function guaranteePlot(runs: Runs): Plot {
  const shares = carriedOut(runs);
  return plotOf({
    name: 'c12-guarantee',
    title: { en: 'Share of the requests that were carried out', ko: '실행된 요청의 비율' },
    caption: {
      en: 'Without timeouts everyone in line is served. With timeouts shorter than the line, those at its end are not.',
      ko: '타임아웃이 없으면 줄을 선 모두가 처리된다. 줄보다 짧은 타임아웃이 있으면 줄 끝은 처리되지 않는다.',
    },
    height: 400,
    option: barOption({
      categories: shares.map(({ strategy }) => strategy),
      series: [
        {
          name: { en: 'without timeouts', ko: '타임아웃 없음' },
          values: shares.map(({ free }) => free),
          colour: LIGHT.won,
        },
        {
          name: { en: 'with timeouts', ko: '타임아웃 있음' },
          values: shares.map(({ bounded }) => bounded),
          colour: LIGHT.gone,
        },
      ],
      axisName: { en: 'carried out', ko: '실행됨' },
      max: 1,
      format: percent,
    }),
  });
}

const SIDE_BY_SIDE: readonly { readonly label: string; readonly caption: Text }[] = [
  {
    label: 'pessimistic',
    caption: {
      en: 'A line: each waits for the row, works, and wins.',
      ko: '한 줄: 각자 행을 기다리고, 작업하고, 이긴다.',
    },
  },
  {
    label: 'optimistic',
    caption: {
      en: 'Waves: all of a wave work at once, one wins.',
      ko: '파도: 한 파도가 동시에 작업하고 하나만 이긴다.',
    },
  },
  {
    label: 'optimistic+retry',
    caption: {
      en: 'The same, but a loser begins again: work is repeated until it is its turn.',
      ko: '같지만 진 요청은 다시 시작한다: 차례가 될 때까지 작업을 되풀이한다.',
    },
  },
  {
    label: 'pessimistic-nowait',
    caption: {
      en: 'A request that finds the row locked loses at once, without working.',
      ko: '행이 잠겨 있으면 작업 없이 바로 진다.',
    },
  },
  {
    label: 'atomic',
    caption: {
      en: 'The work is done before, without a lock; then one statement reads and writes.',
      ko: '작업을 락 없이 먼저 하고, 구문 하나가 읽고 쓴다.',
    },
  },
  {
    label: 'serializable',
    caption: {
      en: 'The database finds out who was too late, and lets it try again.',
      ko: '데이터베이스가 늦은 요청을 찾아내고 다시 시도하게 한다.',
    },
  },
  {
    label: 'grouped',
    caption: {
      en: 'One transaction for all who came meanwhile: they work in it one after another, and win together when it commits.',
      ko: '그 사이에 온 모두를 트랜잭션 하나로: 그 안에서 차례로 작업하고, 커밋될 때 함께 이긴다.',
    },
  },
];

/** The same crowd under each strategy. */
export function sideBySide(ended: readonly EndedRun[]): readonly (Plot | undefined)[] {
  return SIDE_BY_SIDE.map(({ label, caption }) => {
    const attempts = firstRun(ended, label);
    const ms = figure(attempts.reduce((last, { answeredMs }) => Math.max(last, answeredMs), 0));
    // Each has a scale of its own, or the fastest would be invisible beside the slowest.
    const title = { en: `${label}: all answered after ${ms} ms`, ko: `${label}: ${ms} ms 뒤에 모두 응답` };
    return timelineOf(`c12-timeline-${label.replaceAll('+', '-')}`, title, caption, attempts);
  });
}
