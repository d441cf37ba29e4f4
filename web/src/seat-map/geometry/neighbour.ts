/** The seat beside a seat, for the arrow keys: by geometry, as rows are curved and sections lie at any angle. */
import type { Geometry } from './geometry.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

const TOWARDS: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** Sideways counts more than ahead: the neighbour in the row is nearer than the one in the next row. */
const SIDEWAYS = 2;

/** The index of the next seat that way, or -1 at the edge of the map. */
export function neighbourOf(
  { x, y, seatIndex, pitch, box }: Geometry,
  index: number,
  direction: Direction,
): number {
  const [dx, dy] = TOWARDS[direction];
  const [atX, atY] = [x[index]!, y[index]!];
  const furthest = Math.max(box.right - box.left, box.bottom - box.top);
  for (let reach = pitch * 4; ; reach *= 2) {
    let best = -1;
    let bestCost = Infinity;
    seatIndex.each({ left: atX - reach, top: atY - reach, right: atX + reach, bottom: atY + reach }, (i) => {
      const ahead = (x[i]! - atX) * dx + (y[i]! - atY) * dy;
      const aside = Math.abs((x[i]! - atX) * dy) + Math.abs((y[i]! - atY) * dx);
      // Within 50 degrees: every seat is then reached by one of the four ways.
      if (ahead <= 0 || aside > ahead * 1.2) return;
      const cost = ahead + aside * SIDEWAYS;
      if (cost < bestCost) [best, bestCost] = [i, cost];
    });
    // What lies outside the box is farther ahead than `reach`.
    if ((best >= 0 && bestCost <= reach) || reach > furthest) return best;
  }
}
