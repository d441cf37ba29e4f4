/** Line plots. */
import type { EChartsOption, LineSeriesOption } from 'echarts';
import type { Point } from '../statistics.ts';
import type { Language, Text } from '../text.ts';
import { figure } from '../text.ts';
import { nameIn, widthOf } from './bars.ts';
import { LIGHT, SERIES } from './palette.ts';
import type { Plot } from './plot.ts';
import { AXIS, LEGEND, legendHeight, STILL } from './plot.ts';

/** Its interval is drawn as a whisker. */
export interface LinePoint extends Point {
  readonly x: number;
}

export interface Line {
  readonly name: Text | string;
  readonly points: readonly LinePoint[];
  readonly colour?: string;
  /** For a law, not a measurement. */
  readonly isDashed?: boolean;
  readonly isStep?: boolean;
}

export interface Lines {
  readonly series: readonly Line[];
  readonly xName: Text;
  readonly yName: Text;
  /** The numbers on a category axis; without them x is linear. */
  readonly ticks?: readonly number[];
  readonly isLogarithmicY?: boolean;
  readonly yMax?: number;
  readonly yFormat?: (value: number) => string;
  readonly hasMarks?: boolean;
}

const DASHES = 'path://M0,4 h5 v2 h-5 z M8,4 h5 v2 h-5 z M16,4 h5 v2 h-5z';
const LEGEND_MARK_WIDTH = 60;

export function lineOption(lines: Lines): Plot['option'] {
  return (language) => optionIn(language, lines);
}

function optionIn(language: Language, lines: Lines): EChartsOption {
  const legend = new Map(
    lines.series.map(({ name, isDashed }) => [nameIn(language, name), isDashed === true]),
  );
  const legendWidth = [...legend.keys()].reduce((sum, name) => sum + widthOf(name) + LEGEND_MARK_WIDTH, 0);
  return {
    grid: {
      left: labelWidthOf(lines),
      right: 24,
      top: 34 + legendHeight(legendWidth),
      bottom: 48,
    },
    legend: {
      ...LEGEND,
      data: [...legend].map(([name, isDashed]) => ({ name, ...(isDashed ? { icon: DASHES } : {}) })),
    },
    ...axesOf(lines, language),
    series: [
      ...lines.series.map((line, index) => seriesOf(lines, line, nameIn(language, line.name), index)),
      ...lines.series.map((line) => room(lines, line)),
    ],
  };
}

/** Width of the y axis's widest label; on a logarithmic scale that is the next power of ten. */
function labelWidthOf({ series, isLogarithmicY = false, yMax, yFormat = figure }: Lines): number {
  const values = series.flatMap(({ points }) =>
    points.flatMap(({ value, interval }) => [value ?? 0, interval?.high ?? 0]),
  );
  const most = yMax ?? Math.max(1, ...values);
  return Math.max(56, widthOf(yFormat(isLogarithmicY ? 10 ** Math.ceil(Math.log10(most)) : most)) + 16);
}

/** A logarithmic scale has no zero, and begins at 1. */
function drawable({ isLogarithmicY = false }: Lines, y: number): number {
  return isLogarithmicY ? Math.max(1, y) : y;
}

/** An invisible series: axes make room for series, but not for the whiskers. */
function room(lines: Lines, { points }: Line): LineSeriesOption {
  const { ticks } = lines;
  const ends = points.flatMap(({ x, interval }) =>
    interval === null
      ? []
      : [interval.low, interval.high].map((end) => [
          ticks === undefined ? x : String(x),
          drawable(lines, end),
        ]),
  );
  return { ...STILL, type: 'line', data: ends, symbol: 'none', lineStyle: { opacity: 0 } };
}

function axesOf(lines: Lines, language: Language): Pick<EChartsOption, 'xAxis' | 'yAxis'> {
  const { xName, yName, ticks, yFormat = figure } = lines;
  return {
    xAxis: {
      ...AXIS,
      ...(ticks === undefined
        ? { type: 'value', splitNumber: 6 }
        : { type: 'category', data: ticks.map(String) }),
      name: xName[language],
      nameLocation: 'middle',
      nameGap: 30,
      splitLine: { show: false },
      axisLabel: { ...AXIS.axisLabel, hideOverlap: true },
    },
    yAxis: {
      ...AXIS,
      type: lines.isLogarithmicY === true ? 'log' : 'value',
      name: yName[language],
      nameLocation: 'end',
      nameTextStyle: { ...AXIS.nameTextStyle, align: 'left', padding: [0, 0, 0, 8 - labelWidthOf(lines)] },
      axisLabel: { ...AXIS.axisLabel, formatter: (value: number) => yFormat(value) },
      ...(lines.yMax === undefined ? {} : { max: lines.yMax }),
    },
  };
}

function seriesOf(lines: Lines, line: Line, name: string, index: number): LineSeriesOption {
  const { ticks, hasMarks = true } = lines;
  const { points, isDashed = false, isStep = false } = line;
  const colour = line.colour ?? SERIES[index % SERIES.length] ?? LIGHT.first;
  const at = (x: number, y: number): [number | string, number] => [
    ticks === undefined ? x : String(x),
    drawable(lines, y),
  ];
  const whiskers = points.flatMap(
    ({ x, interval }): [{ coord: [number | string, number] }, { coord: [number | string, number] }][] =>
      interval === null || interval.high <= interval.low
        ? []
        : [[{ coord: at(x, interval.low) }, { coord: at(x, interval.high) }]],
  );
  return {
    ...STILL,
    type: 'line',
    name,
    data: points.flatMap(({ x, value }) => (value === null ? [] : [at(x, value)])),
    symbol: isDashed || !hasMarks ? 'none' : 'circle',
    symbolSize: 8,
    ...(isStep ? { step: 'end' } : {}),
    lineStyle: { color: colour, width: isDashed ? 1.5 : 2.5, type: isDashed ? 'dashed' : 'solid' },
    itemStyle: { color: colour },
    markLine: {
      ...STILL,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: colour, type: 'solid', width: 1.5 },
      data: whiskers,
    },
  };
}
