/** Seats by place: a k-d tree over the seats' coordinates. */
import KDBush from 'kdbush';
import type { Box } from './outline.ts';

export interface SeatIndex {
  /** Visits every seat in the box, in no order. */
  each(box: Box, visit: (index: number) => void): void;
  /** The nearest accepted seat within the distance, or -1. */
  nearest(x: number, y: number, within: number, accept?: (index: number) => boolean): number;
}

export interface SeatPlaces {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly box: Box;
}

/** The tree of the seats as bytes, which a worker can hand over. */
export function treeOf(x: Float32Array, y: Float32Array): ArrayBuffer {
  const tree = new KDBush(x.length, 64, Float32Array);
  for (let i = 0; i < x.length; i++) tree.add(x[i]!, y[i]!);
  tree.finish();
  return tree.data as ArrayBuffer;
}

/** Looks seats up in their tree; `reachFirst` is where a search for the nearest begins and should hold a few seats. */
export function createSeatIndex(
  { x, y, box }: SeatPlaces,
  reachFirst: number,
  bytes: ArrayBuffer = treeOf(x, y),
): SeatIndex {
  const tree = KDBush.from(bytes);

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
