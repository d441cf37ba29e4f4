import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODE } from '../../live/seat-states.ts';
import type { MapSeat, SeatMapDocument } from '../map-document.ts';
import { nearestLike } from './nearest.ts';
import { mapWith } from '../../../test/map-with.ts';

/** Rows of seats one unit apart, rows two units apart; `aisleAfter` leaves three units of room. */
function hall(rows: readonly string[], aisleAfter = Infinity): SeatMapDocument {
  const seats: MapSeat[] = [];
  for (const [r, grades] of rows.entries()) {
    for (const [i, grade] of grades.split('').entries()) {
      const [row, seat, x] = [String(r + 1), String(i + 1), i < aisleAfter ? i : i + 3];
      seats.push({
        number: seats.length + 1,
        label: `A-${row}-${seat}`,
        section: 'A',
        row,
        seat,
        grade,
        x,
        y: r * 2,
      });
    }
  }
  return mapWith(seats);
}

function statesOf(text: string): { codes: Uint8Array; version: number; changed: undefined } {
  const codes = Uint8Array.from(text.replaceAll(' ', ''), (c) => (c === 'f' ? CODE.free : CODE.sold));
  return { codes, version: 1, changed: undefined };
}

function ascending(a: number, b: number): number {
  return a - b;
}

const nobody: ReadonlySet<number> = new Set();

describe('nearestLike', () => {
  it('offers the nearest free seat of the grade', () => {
    const map = hall(['RRRSS', 'SSSSS']);
    expect(nearestLike(map, statesOf('fssff sssff'), [2], nobody)).toEqual([1]);
    expect(nearestLike(map, statesOf('fssff sfsff'), [4], nobody)).toEqual([5]);
  });

  it('keeps several together, though single seats are nearer', () => {
    const map = hall(['RRRRRRR', 'RRRRRRR']);
    expect(nearestLike(map, statesOf('fssfssf ssssffs'), [2, 3], nobody).toSorted(ascending)).toEqual([
      12, 13,
    ]);
  });

  it('does not call seats beside an aisle adjacent', () => {
    const map = hall(['RRRR', 'RRRR'], 2);
    expect(nearestLike(map, statesOf('sffs ssff'), [1, 4], nobody).toSorted(ascending)).toEqual([7, 8]);
  });

  it('offers the largest group and the rest singly when no group is large enough', () => {
    const map = hall(['RRRRRRR']);
    const offered = nearestLike(map, statesOf('sssffsf'), [1, 2, 3], nobody);
    expect(offered).toEqual([4, 5, 7]);
  });

  it('replaces each grade by itself', () => {
    const map = hall(['RRSS', 'RRSS']);
    expect(nearestLike(map, statesOf('ssss ffff'), [2, 3], nobody)).toEqual([6, 7]);
  });

  const cases = fc
    .record({
      rows: fc.array(fc.string({ unit: fc.constantFrom('R', 'S'), minLength: 1, maxLength: 9 }), {
        minLength: 1,
        maxLength: 5,
      }),
      aisleAfter: fc.integer({ min: 1, max: 9 }),
    })
    .map(({ rows, aisleAfter }) => hall(rows, aisleAfter))
    .chain((map) => {
      const numbers = fc.subarray(map.seats.map(({ number }) => number));
      return fc.record({
        map: fc.constant(map),
        codes: fc.uint8Array({ minLength: map.seats.length, maxLength: map.seats.length, min: 1, max: 3 }),
        lost: numbers,
        avoid: numbers,
      });
    });

  it('offers free seats of the same grades, never lost or avoided ones, each once, and never more', () => {
    fc.assert(
      fc.property(cases, ({ map, codes, lost, avoid }) => {
        const offered = nearestLike(map, { codes, version: 1, changed: undefined }, lost, new Set(avoid));
        expect(new Set(offered).size).toBe(offered.length);
        for (const number of offered) {
          expect(codes[number - 1]).toBe(CODE.free);
          expect(lost).not.toContain(number);
          expect(avoid).not.toContain(number);
        }
        for (const grade of ['R', 'S']) {
          const inGrade = (number: number): boolean => map.seats[number - 1]!.grade === grade;
          const left = map.seats.filter(
            (seat) =>
              seat.grade === grade &&
              codes[seat.number - 1] === CODE.free &&
              !lost.includes(seat.number) &&
              !avoid.includes(seat.number),
          );
          // As many as were lost, or all that are left.
          expect(offered.filter(inGrade)).toHaveLength(Math.min(lost.filter(inGrade).length, left.length));
        }
      }),
    );
  });

  it('offers one lost seat the nearest of all that are left', () => {
    fc.assert(
      fc.property(cases, ({ map, codes, lost, avoid }) => {
        const [only] = lost;
        if (only === undefined) return;
        const from = map.seats[only - 1]!;
        const [offered] = nearestLike(map, { codes, version: 1, changed: undefined }, [only], new Set(avoid));
        if (offered === undefined) return;
        const away = (seat: MapSeat): number => Math.hypot(seat.x - from.x, seat.y - from.y);
        for (const seat of map.seats) {
          const couldBe =
            codes[seat.number - 1] === CODE.free && seat.grade === from.grade && seat.number !== only;
          if (couldBe && !avoid.includes(seat.number)) {
            expect(away(seat)).toBeGreaterThanOrEqual(away(map.seats[offered - 1]!) - 1e-9);
          }
        }
      }),
    );
  });

  it('keeps two together wherever two adjacent are left', () => {
    fc.assert(
      fc.property(cases, ({ map, codes, lost, avoid }) => {
        const pair = lost.filter((number) => map.seats[number - 1]!.grade === 'R').slice(0, 2);
        if (pair.length < 2) return;
        const open = (seat: MapSeat | undefined): boolean =>
          seat?.grade === 'R' &&
          codes[seat.number - 1] === CODE.free &&
          !pair.includes(seat.number) &&
          !avoid.includes(seat.number);
        const adjacent = (a: MapSeat | undefined, b: MapSeat | undefined): boolean =>
          a !== undefined && b !== undefined && a.row === b.row && Math.abs(a.x - b.x) === 1;
        const exists = map.seats.some((seat, i) => {
          const next = map.seats[i + 1];
          return open(seat) && open(next) && adjacent(seat, next);
        });
        const offered = nearestLike(map, { codes, version: 1, changed: undefined }, pair, new Set(avoid));
        const [a, b] = offered.map((number) => map.seats[number - 1]);
        if (exists) expect(adjacent(a, b)).toBe(true);
      }),
    );
  });
});
