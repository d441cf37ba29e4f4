/** The shape that a group of seats covers, and where a name fits into it. Coordinates are the map's. */
import { polygonContains, polygonHull } from 'd3-polygon';
import polylabel from 'polylabel';
import type { Point } from '../map-document.ts';

/**
 * The line around rows of seats: along the first row, down the ends, back along the last. It follows a curve, which a
 * convex hull would cut across; rows that don't lie one behind another (tables) have the hull.
 */
export function outlineOf(rows: readonly (readonly Point[])[], pitch: number): readonly Point[] {
  const around = simplify(aroundRows(rows, pitch), pitch * 0.025);
  const covers = ([x, y]: Point): boolean =>
    contains(around, x, y) || distanceToEdge(around, x, y) < pitch * 0.3;
  return isSimple(around) && rows.every((row) => row.every(covers)) ? around : convexHull(rows.flat());
}

function aroundRows(rows: readonly (readonly Point[])[], pitch: number): readonly Point[] {
  const ends = rows.flatMap((row) => (row.length === 0 ? [] : [{ first: row[0]!, last: row.at(-1)! }]));
  const inside = ends.map(({ first, last }): Point => [(first[0] + last[0]) / 2, (first[1] + last[1]) / 2]);
  const side = (points: readonly Point[]): readonly Point[] => smoothSide(points, inside, pitch).slice(1, -1);
  return [
    ...(rows[0] ?? []),
    ...side(ends.map(({ last }) => last)),
    ...(rows.length > 1 ? rows.at(-1)! : []).toReversed(),
    ...side(ends.map(({ first }) => first)).toReversed(),
  ];
}

/** Rows end where a whole seat ends, which makes a ragged side: its dents of less than a seat are filled. */
function smoothSide(points: readonly Point[], inside: readonly Point[], depth: number): readonly Point[] {
  const kept: { readonly point: Point; readonly towards: Point }[] = [];
  for (const [i, point] of points.entries()) {
    for (let before = kept.at(-1); kept.length > 1 && before !== undefined; before = kept.at(-1)) {
      const start = kept.at(-2)!.point;
      const dent = turn(start, point, before.point);
      const length = Math.hypot(point[0] - start[0], point[1] - start[1]) || 1;
      if (dent * turn(start, point, before.towards) < 0 || Math.abs(dent) > depth * length) break;
      kept.pop();
    }
    kept.push({ point, towards: inside[i]! });
  }
  return kept.map(({ point }) => point);
}

/** Without the points that lie nearly on the line between their neighbours. */
function simplify(points: readonly Point[], tolerance: number): readonly Point[] {
  const kept: Point[] = [];
  for (const [i, point] of points.entries()) {
    const before = kept.at(-1) ?? points.at(-1)!;
    const after = points[(i + 1) % points.length]!;
    const length = Math.hypot(after[0] - before[0], after[1] - before[1]);
    if (length === 0 || Math.abs(turn(before, point, after)) > tolerance * length) kept.push(point);
  }
  return kept.length < 3 ? points : kept;
}

/** Twice the signed area of the triangle: positive when the way turns right on a map whose y points down. */
function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** Whether no two edges of the polygon cross. */
function isSimple(points: readonly Point[]): boolean {
  const n = points.length;
  if (n < 3) return false;
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue;
      const [a, b, c, d] = [points[i]!, points[i + 1]!, points[j]!, points[(j + 1) % n]!];
      if (turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0) return false;
    }
  }
  return true;
}

/** The polygon wider by a distance on every side; where it turns sharply, not farther than twice that. */
export function widen(points: readonly Point[], by: number): readonly Point[] {
  const n = points.length;
  if (n < 3) return aroundLine(points, by);
  const area = points.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = points[(i + 1) % n]!;
    return sum + x * nextY - nextX * y;
  }, 0);
  const outwards = area > 0 ? by : -by;
  return points.map((point, i) => {
    const [ax, ay] = normal(points[(i + n - 1) % n]!, point);
    const [bx, by_] = normal(point, points[(i + 1) % n]!);
    const scale = outwards / Math.max(0.5, 1 + ax * bx + ay * by_);
    return [point[0] + (ax + bx) * scale, point[1] + (ay + by_) * scale];
  });
}

/** The unit vector to the right of the way, on a map whose y points down to its left. */
function normal(from: Point, to: Point): Point {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  return [(to[1] - from[1]) / length, (from[0] - to[0]) / length];
}

/** A box around one or two points. */
function aroundLine(points: readonly Point[], by: number): readonly Point[] {
  const { left, top, right, bottom } = grow(boxOf(points), by);
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

/** The convex hull; the points themselves when fewer than three. */
export function convexHull(points: readonly Point[]): readonly Point[] {
  return polygonHull(points.map(([x, y]): [number, number] => [x, y])) ?? points;
}

export function contains(polygon: readonly Point[], x: number, y: number): boolean {
  return polygonContains(polygon as [number, number][], [x, y]);
}

/** How far the point lies from the polygon's line. */
export function distanceToEdge(polygon: readonly Point[], x: number, y: number): number {
  let nearest = Infinity;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, ay] = polygon[j]!;
    const [bx, by] = polygon[i]!;
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const t =
      length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
    nearest = Math.min(nearest, Math.hypot(ax + t * (bx - ax) - x, ay + t * (by - ay) - y));
  }
  return nearest;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function boxOf(points: Iterable<Point>): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { left, top, right, bottom };
}

export function grow({ left, top, right, bottom }: Box, by: number): Box {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
}

export function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Where a name has most room: the centre, unless it has far less than the point farthest from the edge. */
export function middleOf(polygon: readonly Point[], centre: Point): Point {
  const { left, top, right, bottom } = boxOf(polygon);
  const pole = polylabel([polygon], Math.max(right - left, bottom - top) / 100);
  const room = contains(polygon, ...centre) ? distanceToEdge(polygon, ...centre) * 1.2 : 0;
  return room >= pole.distance ? centre : [pole[0], pole[1]];
}
