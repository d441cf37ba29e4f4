/** Draws plots as SVG on the server. */
import { init } from 'echarts';
import type { EChartsOption } from 'echarts';
import type { Language, Text } from '../text.ts';
import { LIGHT, SERIES } from './palette.ts';

/** Pixels of every plot; a page scales it. */
export const PLOT_WIDTH = 800;

export interface Plot {
  readonly name: string;
  readonly title: Text;
  /** How to read it. */
  readonly caption: Text;
  readonly height: number;
  /** The drawing has no words, so it is the same in both languages. */
  readonly isWordless: boolean;
  /** A legend beside a wordless plot. */
  readonly legend: readonly { readonly colour: string; readonly name: Text }[];
  readonly option: (language: Language) => EChartsOption;
}

export function plotOf(
  given: Omit<Plot, 'isWordless' | 'legend' | 'height'> & { readonly height?: number },
): Plot {
  return { isWordless: false, legend: [], height: 320, ...given };
}

// No quotes: ECharts writes the list into an attribute unescaped.
const FONT = 'system-ui, -apple-system, Segoe UI, Noto Sans KR, Apple SD Gothic Neo, sans-serif';

/** An SVG document of the plot. */
export function draw(plot: Plot, language: Language): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: PLOT_WIDTH, height: plot.height });
  try {
    chart.setOption({
      animation: false,
      color: [...SERIES],
      backgroundColor: 'transparent',
      textStyle: { fontFamily: FONT, color: LIGHT.ink, fontSize: 13 },
      ...plot.option(language),
    });
    return withoutHover(chart.renderToSVGString());
  } finally {
    // Its timers would keep the process alive.
    chart.dispose();
  }
}

/** Removes hover styles, which double the size of a page. */
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

/** The height of a legend whose entries are together this wide. */
export function legendHeight(width: number): number {
  const rows = Math.ceil(width / PLOT_WIDTH);
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

/** Disables pointer effects. */
export const STILL = { silent: true, emphasis: { disabled: true } } as const;
