/** A chart of values over time, drawn by uPlot in the colours of the theme. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { language } from '../../i18n/language.ts';
import { colourIn, watchTheme } from '../../theme/colours.ts';
import { clock } from '../../format/dates.ts';

export interface ChartLine {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** A custom property of the theme, `--grade-1`. */
  readonly colour: string;
  /** Also told apart without colour. */
  readonly dashed?: boolean;
  readonly filled?: boolean;
  /** Stays at a value until the next one, as a sum does. */
  readonly stepped?: boolean;
  /** Against a scale of its own, at the right. */
  readonly right?: boolean;
}

export interface ChartProps {
  readonly title: string;
  /** Seconds since 1970, rising. */
  readonly at: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
  readonly formatRight?: (value: number) => string;
  /** The axis covers the last so many seconds, however few of them are known. */
  readonly windowSeconds?: number;
  /** What the axis says of a time; the time of day unless told. */
  readonly formatTime?: (seconds: number) => string;
  /** Shown instead of a chart of nothing. */
  readonly empty?: string;
  readonly heightPx?: number;
}

/** The legend says the last values, or those below the pointer. */
export function Chart(props: ChartProps): JSX.Element {
  const { title, at, lines, format, formatRight = format, formatTime = atClock, empty } = props;
  const [pointed, setPointed] = useState<number>();
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const looks = JSON.stringify(lines, (key, value: unknown) => (key === 'values' ? undefined : value));
  const shape = `${language.value} ${looks}`;
  const isEmpty = empty !== undefined && !lines.some(({ values }) => values.some((value) => value));
  useEffect(() => {
    if (holder.current === null || isEmpty) return undefined;
    const made = makePlot(holder.current, () => latest.current, setPointed);
    plot.current = made;
    const stopFollowing = followPage(made, holder.current);
    return () => {
      stopFollowing();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape, isEmpty]);
  useEffect(() => plot.current?.setData(dataOf(props)), [at, lines]);
  const shown = pointed !== undefined && pointed < at.length ? pointed : at.length - 1;
  return (
    <figure class="card op-chart stack-tight">
      <figcaption>
        <div class="between">
          <h3>{title}</h3>
          {!isEmpty && at[shown] !== undefined && (
            <span class="soft small number">{formatTime(at[shown])}</span>
          )}
        </div>
        {!isEmpty && (
          <ul class="legend">
            {lines.map(({ name, values, colour, dashed = false, right = false }) => {
              const value = values[shown] ?? null;
              return (
                <li key={name}>
                  <svg viewBox="0 0 18 4" width="18" height="4" aria-hidden="true">
                    <line
                      x1="0"
                      y1="2"
                      x2="18"
                      y2="2"
                      stroke={`var(${colour})`}
                      stroke-width="3"
                      stroke-dasharray={dashed ? '5 3' : undefined}
                    />
                  </svg>
                  {name} <strong>{value === null ? '–' : (right ? formatRight : format)(value)}</strong>
                </li>
              );
            })}
          </ul>
        )}
      </figcaption>
      {isEmpty ? (
        <p class="op-chart-empty soft">{empty}</p>
      ) : (
        <div ref={holder} class="op-plot" aria-hidden="true" />
      )}
    </figure>
  );
}

function atClock(seconds: number): string {
  return clock(seconds * 1000);
}

function dataOf({ at, lines }: ChartProps): uPlot.AlignedData {
  return [[...at], ...lines.map(({ values }) => [...values])];
}

const HEIGHT_PX = 168;
const FONT = '12px system-ui, sans-serif';
/** All that is drawn is counted in whole numbers: 1, 2, 5, 10, 20 … between two lines of the grid. */
const STEPS = Array.from({ length: 36 }, (_, i) => [1, 2, 5][i % 3]! * 10 ** Math.floor(i / 3));

function makePlot(
  holder: HTMLElement,
  props: () => ChartProps,
  setPointed: (index: number | undefined) => void,
): uPlot {
  const { lines, heightPx = HEIGHT_PX } = props();
  const colourOf = (colour: string): string => colourIn(holder, colour);
  const axis = (more: uPlot.Axis): uPlot.Axis => ({
    stroke: () => colourOf('var(--ink-soft)'),
    font: FONT,
    grid: { stroke: () => colourOf('var(--line)'), width: 1 },
    ticks: { show: false },
    ...more,
  });
  const valueAxis = (format: () => (value: number) => string): uPlot.Axis =>
    axis({ size: sizeFor, gap: 8, space: 24, incrs: STEPS, values: (_plot, splits) => splits.map(format()) });
  const timeAxis = axis({
    space: 84,
    size: 30,
    gap: 9,
    values: (_plot, splits) => splits.map((value) => (props().formatTime ?? atClock)(value)),
  });
  const rightAxis = {
    ...valueAxis(() => props().formatRight ?? props().format),
    scale: 'right',
    side: 1 as const,
    grid: { show: false },
  };
  const hasRight = lines.some(({ right }) => right === true);
  return new uPlot(
    {
      width: Math.max(1, holder.clientWidth),
      height: heightPx,
      legend: { show: false },
      // Half of the last time's label stands beyond the last second.
      padding: [8, hasRight ? 0 : 28, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: { x: { time: true, range: timeRange(props) }, y: { range }, right: { range } },
      axes: [timeAxis, valueAxis(() => props().format), ...(hasRight ? [rightAxis] : [])],
      series: [{}, ...lines.map((line) => seriesOf(line, colourOf))],
      hooks: { setCursor: [({ cursor }) => setPointed(cursor.idx ?? undefined)] },
    },
    dataOf(props()),
    holder,
  );
}

/** The y range: from 0, or lower for refunds, and at least 4 high, so that a series of zeros is drawn flat. */
function range(_plot: uPlot, min: number | null, max: number | null): uPlot.Range.MinMax {
  return [Math.min(0, (min ?? 0) * 1.08), Math.max(4, (max ?? 0) * 1.08)];
}

function timeRange(props: () => ChartProps): uPlot.Range.Function {
  return (_plot, min, max) => {
    const { windowSeconds } = props();
    const end = max ?? 0;
    if (windowSeconds !== undefined) return [end - windowSeconds, end];
    // A single moment is no stretch of time.
    return min === end ? [end - 30, end + 30] : [min ?? 0, end];
  };
}

/** As wide as the longest label. */
function sizeFor(_plot: uPlot, labels: string[] | null): number {
  const longest = Math.max(2, ...(labels ?? []).map((label) => label.length + hangul(label)));
  return 14 + longest * 8;
}

/** How many characters take the room of two. */
function hangul(label: string): number {
  return label.match(/[\u3131-\uD7A3]/g)?.length ?? 0;
}

function seriesOf(line: ChartLine, colourOf: (colour: string) => string): uPlot.Series {
  const { colour, dashed = false, filled = false, stepped = false, right = false } = line;
  const stepper = stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  return {
    scale: right ? 'right' : 'y',
    stroke: () => colourOf(`var(${colour})`),
    ...(filled && { fill: () => colourOf(`color-mix(in srgb, var(${colour}) 15%, transparent)`) }),
    width: 2,
    ...(dashed && { dash: [6, 4] }),
    ...(stepper !== undefined && { paths: stepper }),
    points: { show: false },
    spanGaps: false,
  };
}

/** The plot keeps the width of its place and the colours of the theme. */
function followPage(plot: uPlot, holder: HTMLElement): () => void {
  const sized = new ResizeObserver(() => {
    const width = holder.clientWidth;
    if (width > 0 && width !== plot.width) plot.setSize({ width, height: plot.height });
  });
  sized.observe(holder);
  const stopTheme = watchTheme(() => plot.redraw(false));
  return () => {
    sized.disconnect();
    stopTheme();
  };
}
