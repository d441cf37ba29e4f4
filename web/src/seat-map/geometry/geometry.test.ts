import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Geometry } from './geometry.ts';
import { createGeometry, measureMap } from './geometry.ts';
import { createSeatIndex } from './seat-index.ts';
import type { Grades, MapSeat, Point, SeatMapDocument, SeatMapRows } from '../map-document.ts';
import { seatMapOf } from '../map-document.ts';
import { neighbourOf } from './neighbour.ts';
import { boxOf, contains, convexHull, distanceToEdge, outlineOf, widen } from './outline.ts';
import { demoMaps } from '../../../test/demo-maps.ts';
import { mapWith } from '../../../test/map-with.ts';

function geometryOf(map: SeatMapDocument, grades: Grades): Geometry {
  return createGeometry(map, measureMap(map, grades));
}

const places = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), {
  minLength: 1,
  maxLength: 60,
});

describe('the grid', () => {
  it('finds the nearest accepted seat, as a search of all does', () => {
    fc.assert(
      fc.property(
        places,
        fc.tuple(fc.integer({ min: -150, max: 150 }), fc.integer({ min: -150, max: 150 })),
        fc.nat(300),
        (seats, [x, y], within) => {
          const xs = Float32Array.from(seats, (seat) => seat[0]);
          const ys = Float32Array.from(seats, (seat) => seat[1]);
          const accept = (i: number): boolean => i % 3 !== 1;
          const found = createSeatIndex({ x: xs, y: ys, box: boxOf(seats) }, 7).nearest(x, y, within, accept);
          const distances = seats.map((seat, i) =>
            accept(i) ? Math.hypot(seat[0] - x, seat[1] - y) : Infinity,
          );
          const least = Math.min(...distances);
          if (found < 0) expect(least).toBeGreaterThan(within);
          else expect(distances[found]).toBe(least);
        },
      ),
    );
  });

  it('visits every seat of a box once', () => {
    fc.assert(
      fc.property(places, (seats) => {
        const [xs, ys] = [0, 1].map((axis) => Float32Array.from(seats, (seat) => seat[axis]!));
        const seatIndex = createSeatIndex({ x: xs!, y: ys!, box: boxOf(seats) }, 11);
        const visited: number[] = [];
        seatIndex.each({ left: -40, top: -10, right: 30, bottom: 50 }, (i) => visited.push(i));
        expect(new Set(visited).size).toBe(visited.length);
        for (const [i, [x, y]] of seats.entries()) {
          if (x >= -40 && x <= 30 && y >= -10 && y <= 50) expect(visited).toContain(i);
        }
      }),
    );
  });
});

/** Rows on arcs about the origin, with a row longer by a seat now and then. */
function arcRows(): readonly (readonly Point[])[] {
  return Array.from({ length: 8 }, (_, r) => {
    const seats = 20 + Math.floor(r * 1.3);
    return Array.from({ length: seats }, (__, i): Point => {
      const turn = Math.PI / 2 + ((i - (seats - 1) / 2) * 0.5) / (14 + r * 0.9);
      return [Math.cos(turn) * (14 + r * 0.9), Math.sin(turn) * (14 + r * 0.9)];
    });
  });
}

describe('the outline of rows', () => {
  it('follows a curve instead of cutting across it', () => {
    const outline = outlineOf(arcRows(), 0.5);
    expect(contains(outline, 0, 13.4)).toBe(false);
    expect(contains(outline, 0, 16)).toBe(true);
    // The hull does cut across.
    expect(contains(convexHull(arcRows().flat()), 0, 13.4)).toBe(true);
  });

  it('has every seat inside it or on its line', () => {
    const outline = outlineOf(arcRows(), 0.5);
    for (const [x, y] of arcRows().flat()) {
      expect(contains(outline, x, y) || distanceToEdge(outline, x, y) < 0.05).toBe(true);
    }
  });

  it('is the hull where rows do not lie one behind another', () => {
    const tables: readonly (readonly Point[])[] = [
      [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      [
        [5, 0],
        [6, 0],
        [5, 1],
        [6, 1],
      ],
    ];
    expect(outlineOf(tables, 1)).toEqual(convexHull(tables.flat()));
  });

  it('holds seats farther inside when widened, whichever way it runs', () => {
    for (const outline of [outlineOf(arcRows(), 0.5), outlineOf(arcRows(), 0.5).toReversed()]) {
      for (const [x, y] of arcRows().flat()) expect(contains(widen(outline, 0.3), x, y)).toBe(true);
    }
  });
});

describe('the demo maps', () => {
  const maps = [...demoMaps()].map(([venue, text]) => {
    const { map, grades } = JSON.parse(text) as { map: SeatMapRows; grades: Grades };
    return { venue, geometry: geometryOf(seatMapOf(map), grades) };
  });

  it.each(maps)('$venue: seats lie in their sections, and sections hardly on each other', ({ geometry }) => {
    const { x, y, part, parts, sections, pitch } = geometry;
    let elsewhere = 0;
    for (let i = 0; i < x.length; i += 7) {
      const own = parts[part[i]!]!.section;
      const { polygon } = sections[own]!;
      expect(contains(polygon, x[i]!, y[i]!) || distanceToEdge(polygon, x[i]!, y[i]!) < pitch * 0.1).toBe(
        true,
      );
      if (sections.some((section, s) => s !== own && contains(section.polygon, x[i]!, y[i]!))) elsewhere++;
    }
    expect(elsewhere).toBe(0);
  });

  it.each(maps)('$venue: the arrow keys reach every seat', ({ geometry }) => {
    const reached = new Uint8Array(geometry.numbers.length);
    const queue = [0];
    reached[0] = 1;
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const direction of ['left', 'right', 'up', 'down'] as const) {
        const next = neighbourOf(geometry, at, direction);
        if (next >= 0 && reached[next] === 0) {
          reached[next] = 1;
          queue.push(next);
        }
      }
    }
    expect(reached.indexOf(0)).toBe(-1);
  });

  it.each(maps)('$venue: a seat is as wide as its neighbours are apart', ({ geometry }) => {
    expect(geometry.pitch).toBeGreaterThan(0.4);
    expect(geometry.pitch).toBeLessThan(0.7);
  });
});

describe('the arrow keys', () => {
  it('stay in a straight row, go on to the next one, and stop at the edge', () => {
    const seats: MapSeat[] = [0, 1, 2, 3, 4, 5].map((i) => ({
      number: i + 1,
      label: '',
      section: 'A',
      row: String(Math.floor(i / 3)),
      seat: String(i % 3),
      grade: 'R',
      x: i % 3,
      y: Math.floor(i / 3) * 1.5,
    }));
    const geometry = geometryOf(mapWith(seats), [{ grade: 'R', price: 1 }]);
    expect(neighbourOf(geometry, 1, 'left')).toBe(0);
    expect(neighbourOf(geometry, 1, 'right')).toBe(2);
    expect(neighbourOf(geometry, 1, 'down')).toBe(4);
    expect(neighbourOf(geometry, 4, 'up')).toBe(1);
    expect(neighbourOf(geometry, 0, 'left')).toBe(-1);
    expect(neighbourOf(geometry, 1, 'up')).toBe(-1);
  });

  it('go to a seat that lies aslant when none lies straight ahead', () => {
    const seats: MapSeat[] = [0, 1].map((i) => ({
      number: i + 1,
      label: '',
      section: 'A',
      row: String(i),
      seat: '1',
      grade: 'R',
      x: i,
      y: i,
    }));
    const geometry = geometryOf(mapWith(seats), [{ grade: 'R', price: 1 }]);
    expect(neighbourOf(geometry, 0, 'right')).toBe(1);
    expect(neighbourOf(geometry, 0, 'down')).toBe(1);
    expect(neighbourOf(geometry, 1, 'left')).toBe(0);
  });
});
