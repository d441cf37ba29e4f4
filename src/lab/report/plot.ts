/** Draws plots as SVG on the server. */
import { init } from 'echarts';
import type { EChartsOption } from 'echarts';
import type { Language, Text } from '../text.ts';
import { LIGHT, SERIES } from './palette.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
  /** For a narrow screen: fewer ticks, legends in several rows. */
  readonly isNarrow: boolean;
}

export interface Plot {
  readonly name: string;
  readonly title: Text;
  /** What one sees, in words. */
  readonly caption: Text;
  readonly height: number;
  /** The same in both languages, because it has no words. */
  readonly isWordless: boolean;
  /** A legend beside the plot, for one without words. */
  readonly legend: readonly { readonly colour: string; readonly name: Text }[];
  readonly option: (language: Language, size: Size) => EChartsOption;
}

/** A plot with words in it. */
export function plotOf(
  given: Omit<Plot, 'isWordless' | 'legend' | 'height'> & { readonly height?: number },
): Plot {
  return { isWordless: false, legend: [], height: 320, ...given };
}

// No quotes: ECharts writes the list as it is into an attribute, where a double quote ends the attribute.
const FONT = 'system-ui, -apple-system, Segoe UI, Noto Sans KR, Apple SD Gothic Neo, sans-serif';

/** An SVG document of the plot. */
export function draw(plot: Plot, language: Language, size: Size): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: size.width, height: size.height });
  try {
    chart.setOption({
      animation: false,
      color: [...SERIES],
      backgroundColor: 'transparent',
      textStyle: { fontFamily: FONT, color: LIGHT.ink, fontSize: 13 },
      ...plot.option(language, size),
    });
    return withoutHover(chart.renderToSVGString());
  } finally {
    // Otherwise its timers keep the process alive.
    chart.dispose();
  }
}

/** What a picture does under a pointer is of no use on paper and doubles what a page must carry. */
function withoutHover(svg: string): string {
  return svg.replaceAll(/<style[\s\S]*?<\/style>\n*/g, '').replaceAll(/ class="zr[^"]*"/g, '');
}

export const AXIS = {
  axisLine: { lineStyle: { color: LIGHT.muted } },
  axisTick: { lineStyle: { color: LIGHT.muted } },
  axisLabel: { color: LIGHT.ink, fontSize: 13, lineHeight: 16 },
  nameTextStyle: { color: LIGHT.muted, fontSize: 13 },
  splitLine: { lineStyle: { color: LIGHT.grid } },
} as const;

/** How much room the rows of a legend take. */
export function legendHeight(width: number, rowWidth: number): number {
  const rows = Math.ceil(width / rowWidth);
  return rows === 0 ? 0 : 24 + (rows - 1) * 40;
}

export const LEGEND = {
  textStyle: { color: LIGHT.ink, fontSize: 13 },
  itemWidth: 16,
  itemHeight: 10,
  borderColor: 'transparent',
  itemGap: 26,
  top: 0,
  left: 0,
} as const;

/** Series cannot be pointed at in a picture. */
export const STILL = { silent: true, emphasis: { disabled: true } } as const;

export function valueLabel(formatter: (value: number) => string): object {
  return {
    show: true,
    color: LIGHT.ink,
    fontSize: 12,
    formatter: ({ value }: { value: unknown }) =>
      formatter(Number(Array.isArray(value) ? value.at(-1) : value)),
  };
}
