/** How good a few adjacent seats are: the score that docs/catalogue.md explains. */
import type { OutlineShape } from '../import/document/document.ts';
import type { Point } from '../seat-map/runs.ts';
import { distance } from '../seat-map/runs.ts';

/** A step away from the middle of the row counts this much of a step away from the focus. */
const ROW_WEIGHT = 0.5;

/**
 * The score of seats whose middle is here; the lowest is the best. To the thousandth, so that places which
 * mirror each other score alike whatever the rounding.
 */
export function scoreOf(middle: Point, focus: Point, rowMiddle: Point): number {
  const score = distance(middle, focus) + ROW_WEIGHT * distance(middle, rowMiddle);
  return Math.round(score * 1_000) / 1_000;
}

export interface SeenVenue {
  /** Undefined where the catalogue names none. */
  readonly focus: readonly [number, number] | undefined;
  readonly outline: readonly OutlineShape[];
  readonly seats: readonly Point[];
}

/**
 * What the seats are turned to: the catalogue's focus; or the centre of the first shape of the outline, which
 * by custom is the stage; or the middle of the upper edge of all seats.
 */
export function focusOf({ focus, outline, seats }: SeenVenue): Point {
  if (focus !== undefined) return { x: focus[0], y: focus[1] };
  const [stage] = outline;
  if (stage !== undefined) return centreOf(stage);
  const { left, right, top } = boxOf(seats);
  return { x: (left + right) / 2, y: top };
}

/** The centre of the box around the shape. */
function centreOf(shape: OutlineShape): Point {
  if (shape.shape === 'circle') return { x: shape.centre[0], y: shape.centre[1] };
  if (shape.shape === 'rectangle') {
    return { x: shape.at[0] + shape.size[0] / 2, y: shape.at[1] + shape.size[1] / 2 };
  }
  const { left, right, top, bottom } = boxOf(shape.points.map(([x, y]) => ({ x, y })));
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The box around the points; of no points, around the origin. */
function boxOf(points: readonly Point[]): Box {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const { x, y } of points) {
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return points.length > 0 ? box : { left: 0, right: 0, top: 0, bottom: 0 };
}
