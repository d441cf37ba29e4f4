/**
 * Names of rows at the edge of the picture, for rows whose ends are out of sight: of level rows at the left, of upright ones
 * at the bottom, as the section's name is at the top.
 */
import type { Geometry, PlacedRow } from '../geometry/geometry.ts';
import { overlap } from '../geometry/outline.ts';
import type { View, Size } from '../view/view.ts';
import { seen } from '../view/view.ts';
import type { Look } from './colours.ts';
import { css } from './colours.ts';
import { ROW_NAME_PX } from './tiles.ts';

interface Pictured {
  readonly view: View;
  readonly size: Size;
  /** Pixels of the device per pixel of CSS. */
  readonly ratio: number;
}

export interface RowChips {
  /** Draws them for the rows of these sections. */
  paint(picture: Pictured, sections: readonly number[]): void;
}

const FONT_PX = 11;
const HEIGHT_PX = 18;
/** Of the chip's middle from the edge. */
const INSET_PX = 15;

export function createRowChips(context: CanvasRenderingContext2D, geometry: Geometry, look: Look): RowChips {
  const { rows, rowSeats, x, y, pitch } = geometry;
  const font = `650 ${FONT_PX}px ${look.font}`;
  const inSections: PlacedRow[][] = geometry.sections.map(() => []);
  for (const row of rows) inSections[row.section]!.push(row);

  /** Where the row crosses the edge of the picture at which it goes on; undefined where its end is in sight. */
  function chipOf(row: PlacedRow, { view, size }: Pictured): readonly [x: number, y: number] | undefined {
    const isLevel = row.box.right - row.box.left >= row.box.bottom - row.box.top;
    const sight = seen(view, size);
    let first = -1;
    for (let at = row.from; at < row.to; at++) {
      const i = rowSeats[at]!;
      if (x[i]! < sight.left || x[i]! > sight.right || y[i]! < sight.top || y[i]! > sight.bottom) continue;
      if (first < 0 || (isLevel ? x[i]! < x[first]! : y[i]! > y[first]!)) first = i;
    }
    if (first < 0) return undefined;
    const goesOn = isLevel ? row.box.left < sight.left : row.box.bottom > sight.bottom;
    if (!goesOn) return undefined;
    const [px, py] = [(x[first]! - sight.left) * view.scale, (y[first]! - sight.top) * view.scale];
    return isLevel ? [INSET_PX, py] : [px, size.height - INSET_PX];
  }

  return {
    paint(picture, sections) {
      const { view, size, ratio } = picture;
      if (pitch * view.scale < ROW_NAME_PX) return;
      const sight = seen(view, size);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.font = font;
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      const drawn: (readonly [x: number, y: number])[] = [];
      for (const row of sections.flatMap((s) => inSections[s]!)) {
        if (!overlap(row.box, sight)) continue;
        const at = chipOf(row, picture);
        if (at === undefined || drawn.some((other) => isClose(other, at))) continue;
        drawn.push(at);
        const width = Math.max(HEIGHT_PX, context.measureText(row.name).width + 10);
        context.fillStyle = css(look.paper, 0.92);
        context.strokeStyle = css(look.line);
        context.lineWidth = 1;
        context.beginPath();
        context.roundRect(at[0] - width / 2, at[1] - HEIGHT_PX / 2, width, HEIGHT_PX, HEIGHT_PX / 2);
        context.fill();
        context.stroke();
        context.fillStyle = css(look.ink);
        context.fillText(row.name, at[0], at[1] + 0.5);
      }
    },
  };
}

function isClose(a: readonly [number, number], b: readonly [number, number]): boolean {
  return Math.abs(a[0] - b[0]) < HEIGHT_PX && Math.abs(a[1] - b[1]) < HEIGHT_PX;
}
