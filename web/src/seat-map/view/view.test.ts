import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contrast, mix, withContrast } from '../drawing/colours.ts';
import { markOf } from '../drawing/marks.ts';
import type { View } from './view.ts';
import { between, clampView, fit, seen, toMap, towardSeats, zoomAt } from './view.ts';
import { createGeometry, measureMap } from '../geometry/geometry.ts';
import type { Grades, SeatMapRows } from '../map-document.ts';
import { seatMapOf } from '../map-document.ts';
import { demoMaps } from '../../../test/demo-maps.ts';

const size = { width: 800, height: 600 };
const box = { left: -100, top: -50, right: 100, bottom: 50 };
const bounds = { box, scaleMin: fit(box, size).scale, scaleMax: 90 };
const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const view = fc.record({ x: number(-100, 100), y: number(-50, 50), scale: number(4, 90) });

describe('the view', () => {
  it('shows all of a box that it fits', () => {
    const whole = fit(box, size, 12);
    const [left] = toMap(whole, size, 12, 0);
    expect(left).toBeCloseTo(-100);
    expect(whole.y).toBe(0);
  });

  it('keeps the point under the finger while it zooms', () => {
    fc.assert(
      fc.property(view, number(0.2, 5), number(0, 800), number(0, 600), (from, factor, px, py) => {
        const to = zoomAt(from, size, factor, px, py, bounds);
        const [before, after] = [toMap(from, size, px, py), toMap(to, size, px, py)];
        expect(after[0]).toBeCloseTo(before[0], 6);
        expect(after[1]).toBeCloseTo(before[1], 6);
        expect(to.scale).toBeLessThanOrEqual(bounds.scaleMax);
      }),
    );
  });

  it('never loses the map, and leaves a good view alone', () => {
    fc.assert(
      fc.property(number(-1e6, 1e6), number(-1e6, 1e6), number(0.01, 1e4), (x, y, scale) => {
        const clamped = clampView({ x, y, scale }, bounds, size);
        expect(Math.abs(clamped.x)).toBeLessThanOrEqual(100);
        expect(Math.abs(clamped.y)).toBeLessThanOrEqual(75);
        expect(clampView(clamped, bounds, size)).toEqual(clamped);
      }),
    );
    expect(clampView(fit(box, size), bounds, size)).toEqual(fit(box, size));
  });

  it('glides from one view to the other', () => {
    fc.assert(
      fc.property(view, view, (a, b) => {
        expect(between(a, b, 0).x).toBeCloseTo(a.x, 4);
        expect(between(a, b, 1).scale).toBeCloseTo(b.scale, 6);
        expect(between(a, b, 1).y).toBeCloseTo(b.y, 4);
      }),
    );
  });
});

describe('the view of a stadium', () => {
  const { map, grades } = JSON.parse(demoMaps().get('bluehill-stadium')!) as {
    map: SeatMapRows;
    grades: Grades;
  };
  const seats = seatMapOf(map);
  const stadium = createGeometry(seats, measureMap(seats, grades));
  const phone = { width: 390, height: 388 };
  const whole = fit(stadium.box, phone);
  const limits = { box: stadium.box, scaleMin: whole.scale, scaleMax: 46 / stadium.pitch };

  function seatsSeen(at: View): number {
    let found = 0;
    stadium.seatIndex.each(seen(at, phone), () => found++);
    return found;
  }

  it('has seats in it wherever it is moved, and is left alone where it has some', () => {
    const { left, right, top, bottom } = stadium.box;
    const anywhere = fc.record({
      x: number(left, right),
      y: number(top, bottom),
      scale: number(whole.scale, limits.scaleMax),
    });
    fc.assert(
      fc.property(anywhere, (wanted) => {
        const to = towardSeats(clampView(wanted, limits, phone), phone, stadium);
        expect(seatsSeen(to)).toBeGreaterThan(0);
        expect(towardSeats(to, phone, stadium)).toEqual(to);
      }),
    );
    expect(towardSeats(whole, phone, stadium)).toEqual(whole);
    const [x, y] = [stadium.x[0]!, stadium.y[0]!];
    expect(towardSeats({ x, y, scale: 40 }, phone, stadium)).toEqual({ x, y, scale: 40 });
  });

  it('ends at seats when the middle of the pitch is magnified', () => {
    let at = whole;
    for (let step = 0; step < 20; step++) at = zoomAt(at, phone, 1.7, 195, 194, limits);
    // The pitch is empty.
    expect(seatsSeen(at)).toBe(0);
    at = whole;
    for (let step = 0; step < 20; step++)
      at = towardSeats(zoomAt(at, phone, 1.7, 195, 194, limits), phone, stadium);
    expect(seatsSeen(at)).toBeGreaterThan(5);
    expect(at.scale).toBe(limits.scaleMax);
  });
});

describe('colours and marks', () => {
  it('are drawn towards the ink until they stand out 3 : 1', () => {
    const colour = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));
    fc.assert(
      fc.property(colour, (wanted) => {
        expect(
          contrast(withContrast(wanted, [255, 255, 255], [0, 0, 0]), [255, 255, 255]),
        ).toBeGreaterThanOrEqual(3);
        expect(
          contrast(withContrast(wanted, [17, 20, 22], [255, 255, 255]), [17, 20, 22]),
        ).toBeGreaterThanOrEqual(3);
      }),
    );
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
    expect(withContrast([122, 53, 201], [255, 255, 255], [0, 0, 0])).toEqual([122, 53, 201]);
    expect(mix([0, 0, 0], [200, 100, 50], 0.5)).toEqual([100, 50, 25]);
  });

  it('differ for 36 grades', () => {
    const marks = Array.from({ length: 36 }, (_, grade) => JSON.stringify(markOf(grade)));
    expect(new Set(marks).size).toBe(36);
  });
});
