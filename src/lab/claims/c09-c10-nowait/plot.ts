/** The pictures of C9 and C10. */
import { soldAfterFailure } from './experiment.ts';
import type { EndedRun, Runs } from '../../schedule.ts';
import { SUCCESSES } from '../../measure/fixture.ts';
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
    title: { en: 'Seats sold after the first one failed', ko: '최초의 요청이 실패한 뒤 팔린 좌석' },
    caption: {
      en: 'A crowd wants one seat and the first to finish fails. Who waited behind it takes the seat. Who was refused at once (NOWAIT) has gone home, and the seat stays empty.',
      ko: '여럿이 좌석 하나를 원하는데 가장 먼저 끝낸 요청이 실패한다. 뒤에서 기다린 요청은 좌석을 얻는다. 즉시 거절된(NOWAIT) 요청은 이미 떠났고 좌석은 비어 있다.',
    },
    height: 240,
    option: barOption({
      categories: sold.map(({ name }) => name),
      series: [{ name: { en: 'sold', ko: '판매' }, values: sold.map((one) => one.sold), colour: LIGHT.won }],
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
    title: { en: 'How long until the answer, with 10 ms of work', ko: '응답까지 걸린 시간, 작업 10 ms' },
    caption: {
      en: 'Read: this share of the requests (up) had its answer after so many milliseconds (right). Solid: optimistic; dashed: NOWAIT; green: winners; red: losers. Further left is faster.',
      ko: '읽는 법: 이만큼의 요청(세로)이 이 시간(가로, ms) 안에 응답을 받았다. 실선은 낙관적 락, 점선은 NOWAIT, 초록은 승자, 빨강은 패자. 왼쪽일수록 빠르다.',
    },
    option: lineOption({
      series: series.map(({ ms, ...rest }) => ({ ...rest, points: distribution(ms), isStep: true })),
      xName: { en: 'milliseconds', ko: '밀리초' },
      yName: { en: 'answered', ko: '응답을 받은 비율' },
      yMax: 1,
      yFormat: percent,
      hasMarks: false,
    }),
  });
}

const STEPS = 60;

/** Points of the share that had its answer, at most so many. */
function distribution(sorted: readonly number[]): readonly (readonly [number, number])[] {
  if (sorted.length === 0) return [];
  const count = Math.min(STEPS, sorted.length);
  return Array.from({ length: count + 1 }, (_, step) => {
    const share = step / count;
    const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
    return [Math.round(sorted[at]! * 10) / 10, share] as const;
  });
}
