/** A timeline of one run: a bar per request shows it queue, work, and win or lose. */
import type { Attempt } from '../measure/attempt.ts';
import { TIMEOUT_CAUSES } from '../measure/run-summary.ts';
import { SUCCESSES } from '../measure/fixture.ts';
import type { EndedRun } from '../schedule.ts';
import type { Text } from '../text.ts';
import { LIGHT } from './palette.ts';
import type { Plot } from './plot.ts';
import { AXIS, STILL } from './plot.ts';

const ROW_PIXELS: readonly (readonly [rowsMax: number, pixels: number])[] = [
  [24, 11],
  [48, 7],
  [Infinity, 4],
];

const LEGEND: Plot['legend'] = [
  { colour: 'idle', name: { en: 'waits for a connection', ko: '커넥션을 기다림' } },
  { colour: 'queue', name: { en: 'reads the row, or waits for it', ko: '행을 읽거나 기다림' } },
  { colour: 'won', name: { en: 'works, and wins', ko: '작업하고 이김' } },
  { colour: 'lost', name: { en: 'loses', ko: '짐' } },
  { colour: 'gone', name: { en: 'gives up (timeout)', ko: '포기(타임아웃)' } },
];

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
  const used = new Set(
    rows.flatMap((row) => [
      endColour(row),
      ...(row.connectedMs === null ? [] : ['idle']),
      ...(row.workedMs === null ? [] : ['queue']),
    ]),
  );
  return {
    name,
    title,
    caption,
    height: rows.length * pixels + 54,
    isWordless: true,
    legend: LEGEND.filter(({ colour }) => used.has(colour)).map((entry) => ({
      ...entry,
      colour: `var(--${entry.colour})`,
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
      series: seriesOf(rows),
    }),
  };
}

/** The attempts of a scenario's first run. */
export function firstRun(ended: readonly EndedRun[], label: string): readonly Attempt[] {
  return ended.find((run) => run.label === label && run.repeat === 0)?.attempts ?? [];
}

function endColour({ outcome, cause }: Attempt): 'won' | 'lost' | 'gone' {
  if (SUCCESSES.has(outcome)) return 'won';
  return outcome === 'contended' && cause !== null && TIMEOUT_CAUSES.has(cause) ? 'gone' : 'lost';
}

/** Stacked bars: transparent until the request is sent, then one per state. */
function seriesOf(rows: readonly Attempt[]): object[] {
  const segment = (colour: string, of: (row: Attempt) => number): object => ({
    ...STILL,
    type: 'bar',
    stack: 'all',
    barCategoryGap: '18%',
    itemStyle: { color: colour },
    data: rows.map((row) => ({ value: Math.max(0, Math.round(of(row) * 10) / 10) })),
  });
  const states = (colour: 'won' | 'lost' | 'gone'): object =>
    segment(LIGHT[colour], (row) =>
      endColour(row) === colour && row.workedMs !== null ? row.answeredMs - row.workedMs : 0,
    );
  return [
    segment('transparent', (row) => row.sentMs),
    segment(LIGHT.idle, (row) => (row.connectedMs === null ? 0 : row.connectedMs - row.sentMs)),
    // A request with a connection that never began to work waited for the row or was refused. A grouped
    // request has no connection of its own: it waits for its turn in the group.
    segment(LIGHT.queue, (row) =>
      row.workedMs === null ? 0 : row.workedMs - (row.connectedMs ?? row.sentMs),
    ),
    states('won'),
    states('lost'),
    states('gone'),
    ...(['lost', 'gone'] as const).map((colour) =>
      segment(LIGHT[colour], (row) =>
        row.workedMs === null && endColour(row) === colour
          ? row.answeredMs - (row.connectedMs ?? row.sentMs)
          : 0,
      ),
    ),
  ];
}
