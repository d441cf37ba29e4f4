/** Bar plots. */
import type { EChartsOption } from 'echarts';
import type { Point } from '../statistics.ts';
import type { Language, Text } from '../text.ts';
import { figure } from '../text.ts';
import { LIGHT } from './palette.ts';
import type { Plot } from './plot.ts';
import { AXIS, LEGEND, legendHeight, PLOT_WIDTH, STILL } from './plot.ts';
import { LAYOUT, whiskers } from './whiskers.ts';

export interface Bars {
  readonly categories: readonly (Text | string)[];
  readonly series: readonly {
    readonly name: Text | string;
    /** Null draws no bar; an interval is drawn as a whisker. */
    readonly points: readonly Point[];
    readonly colour?: string;
  }[];
  readonly axisName: Text;
  /** A labelled line, for the claim's number. */
  readonly line?: { readonly at: number; readonly name: Text };
  readonly max?: number;
  readonly isCount?: boolean;
  readonly format?: (value: number) => string;
  readonly isLogarithmic?: boolean;
}

const PIXELS_PER_LETTER = 7.2;

export function nameIn(language: Language, name: Text | string): string {
  return typeof name === 'string' ? name : name[language];
}

/** The bars are horizontal, so that names have room. */
export function barOption(bars: Bars): Plot['option'] {
  return (language) => optionIn(language, bars);
}

function optionIn(language: Language, bars: Bars): EChartsOption {
  const { categories, series, axisName, line, max, format = figure } = bars;
  const names = categories.map((category) => nameIn(language, category));
  const widest = Math.max(...names.map((name) => widthOf(name)));
  const labelWidth = Math.min(widest + 12, PLOT_WIDTH * 0.34);
  const hasLegend = series.length > 1;
  const base = bars.isLogarithmic === true ? 1 : 0;
  const legendWidth = series.reduce((sum, { name }) => sum + widthOf(nameIn(language, name)) + 60, 0);
  return {
    grid: {
      left: labelWidth + 8,
      right: 52,
      top: 14 + (hasLegend ? legendHeight(legendWidth) : 0) + (line === undefined ? 0 : 14),
      bottom: 46,
    },
    ...(hasLegend ? { legend: { ...LEGEND, data: series.map(({ name }) => nameIn(language, name)) } } : {}),
    yAxis: {
      ...AXIS,
      type: 'category',
      inverse: true,
      data: names,
      axisTick: { show: false },
      // The drawn font may be wider than the measured one.
      axisLabel: { ...AXIS.axisLabel, width: labelWidth * 0.86, overflow: 'break' },
    },
    xAxis: {
      ...AXIS,
      type: bars.isLogarithmic === true ? 'log' : 'value',
      name: axisName[language],
      nameLocation: 'middle',
      nameGap: 28,
      splitNumber: 5,
      axisLabel: { ...AXIS.axisLabel, formatter: (value: number) => format(value), hideOverlap: true },
      ...(max === undefined ? {} : { max }),
      ...(bars.isCount === true ? { minInterval: 1 } : {}),
    },
    series: [
      ...series.map(({ name, points, colour }, index) => ({
        ...STILL,
        ...LAYOUT,
        type: 'bar' as const,
        name: nameIn(language, name),
        data: points.map(({ value }) => value),
        ...(colour === undefined ? {} : { itemStyle: { color: colour } }),
        ...(line === undefined || index > 0 ? {} : { markLine: markLine(line.at, line.name[language]) }),
      })),
      ...series.map(({ points }, index) => whiskers(points, { index, of: series.length, base, format })),
    ],
  };
}

function markLine(at: number, name: string): object {
  return {
    ...STILL,
    symbol: 'none',
    data: [{ xAxis: at }],
    lineStyle: { color: LIGHT.ink, type: 'dashed', width: 1.5 },
    label: { formatter: name, color: LIGHT.ink, fontSize: 12, position: 'start' },
  };
}

/** The approximate width of a text: a Korean letter is nearly two Latin ones wide. */
export function widthOf(text: string): number {
  const korean = text.match(/[\u2e80-\uffff]/g)?.length ?? 0;
  return (text.length + 0.75 * korean) * PIXELS_PER_LETTER;
}
