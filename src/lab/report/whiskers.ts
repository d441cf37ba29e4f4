/** The intervals of a bar plot, and the values beside its bars. */
import type { CustomSeriesOption } from 'echarts';
import type { Point } from '../statistics.ts';
import { LIGHT } from './palette.ts';

/** How bars of several series share a category; whiskers are placed by the same. */
export const LAYOUT = { barMaxWidth: 26, barGap: '20%', barCategoryGap: '22%' } as const;

const CAP_PIXELS = 3;

interface Place {
  /** Which of the plot's series it belongs to. */
  readonly index: number;
  readonly of: number;
  /** Where the bars begin. */
  readonly base: number;
  readonly format: (value: number) => string;
}

/** A series without a legend: for each bar its whisker and its value. */
export function whiskers(points: readonly Point[], { index, of, base, format }: Place): CustomSeriesOption {
  const data = points.flatMap(({ value, interval }, category) =>
    value === null ? [] : [[interval?.low ?? value, interval?.high ?? value, value, category]],
  );
  return {
    silent: true,
    type: 'custom',
    data,
    encode: { x: [0, 1, 2], y: 3 },
    z: 5,
    renderItem: ({ coordSys }, api) => {
      const [low, high, value, category] = [0, 1, 2, 3].map((dimension) => Number(api.value(dimension)));
      const { x: left, width } = coordSys as unknown as { readonly x: number; readonly width: number };
      const within = (x: number): number => Math.min(left + width, Math.max(left, x));
      const at = (end: number): number => within(api.coord([end, category!])[0] ?? left);
      const centre = api.coord([value!, category!])[1] ?? 0;
      const y = centre + (api.barLayout({ ...LAYOUT, count: of })?.[index]?.offsetCenter ?? 0);
      const [from, to] = [at(low!), at(high!)];
      const line = (x1: number, y1: number, x2: number, y2: number): object => ({
        type: 'line',
        shape: { x1, y1, x2, y2 },
        style: { stroke: LIGHT.ink, lineWidth: 1.5 },
      });
      return {
        type: 'group',
        children: [
          ...(to > from
            ? [
                line(from, y, to, y),
                line(from, y - CAP_PIXELS, from, y + CAP_PIXELS),
                line(to, y - CAP_PIXELS, to, y + CAP_PIXELS),
              ]
            : []),
          {
            type: 'text',
            x: Math.max(to, at(value!), at(base)) + 6,
            y,
            style: { text: format(value!), fill: LIGHT.ink, fontSize: 12, textVerticalAlign: 'middle' },
          },
        ],
      } as ReturnType<NonNullable<CustomSeriesOption['renderItem']>>;
    },
  };
}
