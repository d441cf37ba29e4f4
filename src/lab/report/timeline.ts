/** A timeline of one run: a bar per request shows it queue, work, and win or lose, each try of it. */
import type { Attempt } from '../measure/attempt.ts';
import type { EndedRun } from '../schedule.ts';
import type { Text } from '../text.ts';
import { LIGHT } from './palette.ts';
import type { Plot } from './plot.ts';
import { AXIS, STILL } from './plot.ts';
import type { Segment, State } from './segments.ts';
import { segmentsOf } from './segments.ts';

const ROW_PIXELS: readonly (readonly [rowsMax: number, pixels: number])[] = [
  [24, 11],
  [48, 7],
  [Infinity, 4],
];

const LEGEND: readonly (readonly [State, Text])[] = [
  ['idle', { en: 'waits for a connection', ko: '커넥션을 기다림' }],
  ['queue', { en: 'reads the row, or waits for it', ko: '행을 읽거나 기다림' }],
  ['won', { en: 'works, and wins', ko: '작업하고 이김' }],
  ['lost', { en: 'loses', ko: '짐' }],
  ['gone', { en: 'gives up (timeout)', ko: '포기(타임아웃)' }],
];

/** The words that differ where requests try again. */
const LEGEND_OF_TRIES: Readonly<Partial<Record<State, Text>>> = {
  idle: { en: 'waits for a connection, or to try again', ko: '커넥션이나 다음 시도를 기다림' },
  lost: { en: 'a try that loses', ko: '지는 시도' },
};

/** The timeline of one run; undefined without attempts, or with too many to see. */
export function timelineOf(
  name: string,
  title: Text,
  caption: Text,
  attempts: readonly Attempt[],
): Plot | undefined {
  if (attempts.length === 0 || attempts.length > 200) return undefined;
  const rows = attempts.toSorted((a, b) => a.answeredMs - b.answeredMs || a.request - b.request);
  const pixels = ROW_PIXELS.find(([rowsMax]) => rows.length <= rowsMax)?.[1] ?? 4;
  const segments = rows.map(segmentsOf);
  const used = new Set(segments.flatMap((of) => of.map(({ state }) => state)));
  const special = rows.some(({ tries }) => tries.length > 1) ? LEGEND_OF_TRIES : {};
  return {
    name,
    title,
    caption,
    height: rows.length * pixels + 54,
    isWordless: true,
    legend: LEGEND.filter(([state]) => used.has(state)).map(([state, words]) => ({
      colour: `var(--${state})`,
      name: special[state] ?? words,
    })),
    option: () => ({
      grid: { left: 6, right: 18, top: 4, bottom: 34 },
      xAxis: {
        ...AXIS,
        type: 'value',
        min: 0,
        splitNumber: 6,
        axisLabel: { ...AXIS.axisLabel, formatter: '{value} ms', hideOverlap: true },
      },
      yAxis: { type: 'category', inverse: true, show: false, data: rows.map((_, index) => String(index)) },
      series: seriesOf(rows, segments),
    }),
  };
}

/** The attempts of a scenario's first run. */
export function firstRun(ended: readonly EndedRun[], label: string): readonly Attempt[] {
  return ended.find((run) => run.label === label && run.repeat === 0)?.attempts ?? [];
}

/** Stacked bars: transparent until the request is sent, then one per segment in the colour of its state. */
function seriesOf(rows: readonly Attempt[], segments: readonly (readonly Segment[])[]): object[] {
  const stacked = (data: readonly object[]): object => ({
    ...STILL,
    type: 'bar',
    stack: 'all',
    barCategoryGap: '18%',
    data,
  });
  const longest = segments.reduce((most, { length }) => Math.max(most, length), 0);
  return [
    stacked(rows.map(({ sentMs }) => ({ value: tenths(sentMs), itemStyle: { color: 'transparent' } }))),
    ...Array.from({ length: longest }, (_, place) =>
      stacked(
        segments.map((of) => {
          const segment = of[place];
          if (segment === undefined) return { value: 0 };
          const { state, fromMs, toMs } = segment;
          return { value: tenths(toMs) - tenths(fromMs), itemStyle: { color: LIGHT[state] } };
        }),
      ),
    ),
  ];
}

/** To a tenth of a millisecond: a plot shows no more. */
function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
