/** Seats by place: a k-d tree over the seats' coordinates. */
import KDBush from 'kdbush';
import type { Box } from './outline.ts';

export interface SeatIndex {
  /** Visits every seat in the box, in no order. */
  each(box: Box, visit: (index: number) => void): void;
  /** The nearest accepted seat within the distance, or -1. */
  nearest(x: number, y: number, within: number, accept?: (index: number) => boolean): number;
}

/** Indexes the seats; `reachFirst` is where a search for the nearest begins and should hold a few seats. */
export function createSeatIndex(x: Float32Array, y: Float32Array, box: Box, reachFirst: number): SeatIndex {
  const tree = new KDBush(x.length, 64, Float32Array);
  for (let i = 0; i < x.length; i++) tree.add(x[i]!, y[i]!);
  tree.finish();

  function each({ left, top, right, bottom }: Box, visit: (index: number) => void): void {
    for (const i of tree.range(left, top, right, bottom)) visit(i);
  }

  return {
    each,
    nearest(atX, atY, within, accept) {
      const farthest = Math.hypot(
        Math.max(atX - box.left, box.right - atX),
        Math.max(atY - box.top, box.bottom - atY),
      );
      const reachMax = Math.min(within, farthest);
      let best = -1;
      let bestDistance = within;
      // In growing squares: most searches end in the first.
      for (let reach = Math.min(reachFirst, reachMax); ; reach = Math.min(reach * 2, reachMax)) {
        each({ left: atX - reach, top: atY - reach, right: atX + reach, bottom: atY + reach }, (i) => {
          const distance = Math.hypot(x[i]! - atX, y[i]! - atY);
          if (distance > bestDistance || (best >= 0 && distance === bestDistance)) return;
          if (accept?.(i) === false) return;
          [best, bestDistance] = [i, distance];
        });
        if (bestDistance <= reach || reach >= reachMax) return best;
      }
    },
  };
}
