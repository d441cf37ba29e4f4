/** Seats by place: a grid of cells that knows which seats lie in each, in two flat arrays. */
import type { Box } from './outline.ts';

export interface Grid {
  /** Visits every seat in the box, and some beside it. */
  each(box: Box, visit: (index: number) => void): void;
  /** The nearest accepted seat within the distance, or -1. */
  nearest(x: number, y: number, within: number, accept?: (index: number) => boolean): number;
}

const CELLS_MAX = 1 << 18;

export function createGrid(x: Float32Array, y: Float32Array, box: Box, wantedCell: number): Grid {
  const area = Math.max(box.right - box.left, 1e-3) * Math.max(box.bottom - box.top, 1e-3);
  const cell = Math.max(wantedCell, Math.sqrt(area / CELLS_MAX));
  const columns = Math.floor((box.right - box.left) / cell) + 1;
  const lines = Math.floor((box.bottom - box.top) / cell) + 1;
  const column = (at: number): number => clamp(Math.floor((at - box.left) / cell), columns - 1);
  const line = (at: number): number => clamp(Math.floor((at - box.top) / cell), lines - 1);

  const starts = new Uint32Array(columns * lines + 1);
  const cells = new Uint32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    cells[i] = line(y[i]!) * columns + column(x[i]!);
    starts[cells[i]! + 1]!++;
  }
  for (let c = 0; c < columns * lines; c++) starts[c + 1]! += starts[c]!;
  const items = new Uint32Array(x.length);
  const filled = starts.slice();
  for (let i = 0; i < x.length; i++) items[filled[cells[i]!]!++] = i;

  function each({ left, top, right, bottom }: Box, visit: (index: number) => void): void {
    if (left > box.right || right < box.left || top > box.bottom || bottom < box.top) return;
    const [from, to] = [column(left), column(right)];
    for (let l = line(top); l <= line(bottom); l++) {
      // The cells of a line lie one after another, and so do their seats.
      const end = starts[l * columns + to + 1]!;
      for (let k = starts[l * columns + from]!; k < end; k++) visit(items[k]!);
    }
  }

  return {
    each,
    nearest(atX, atY, within, accept) {
      let best = -1;
      let bestDistance = within;
      // In growing squares: most searches end in the first.
      for (let reach = Math.min(cell, within); ; reach = Math.min(reach * 2, within)) {
        each({ left: atX - reach, top: atY - reach, right: atX + reach, bottom: atY + reach }, (i) => {
          const distance = Math.hypot(x[i]! - atX, y[i]! - atY);
          if (distance > bestDistance || (best >= 0 && distance === bestDistance)) return;
          if (accept?.(i) === false) return;
          [best, bestDistance] = [i, distance];
        });
        if (bestDistance <= reach || reach >= within) return best;
      }
    },
  };
}

function clamp(value: number, max: number): number {
  return value < 0 ? 0 : value > max ? max : value;
}
