import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsOfMap } from '../../../src/catalogue/seat-map/rows.ts';
import { mapWith } from '../../test/map-with.ts';
import type { MapSeat } from './map-document.ts';

interface Placed extends Omit<MapSeat, 'number' | 'label'> {
  readonly number?: number;
}

function seatsOf(placed: readonly Placed[]): readonly MapSeat[] {
  return placed.map((seat, i) => ({
    number: i + 1,
    ...seat,
    label: `${seat.section}-${seat.row}-${seat.seat}`,
  }));
}

/** What a page makes of the rows. */
function readBack(seats: readonly MapSeat[]): readonly MapSeat[] {
  return mapWith(seats, ['A', 'B']).seats;
}

const arc = Array.from({ length: 30 }, (_, i) => ({
  section: 'A',
  row: '1',
  seat: String(i + 1),
  grade: 'R',
  x: Math.round(1_800 * Math.cos(0.9 + i * 0.031)) / 100,
  y: Math.round(1_800 * Math.sin(0.9 + i * 0.031)) / 100,
}));

describe('the rows of a seat map', () => {
  it('of a straight row are a place and a step', () => {
    const seats = seatsOf(arc.map((seat, i) => ({ ...seat, x: -2.75 + i * 0.5, y: 4 })));
    expect(rowsOfMap({ sections: [{ id: 'A' }], seats })).toEqual([
      {
        id: 'A',
        rows: [
          {
            row: '1',
            runs: [{ number: 1, count: 30, grade: 'R', seats: ['1'], x: [-275, 50], y: [400] }],
          },
        ],
      },
    ]);
  });

  it('of a curved row are small numbers', () => {
    const [run] = rowsOfMap({ sections: [{ id: 'A' }], seats: seatsOf(arc) })[0]!.rows[0]!.runs;
    expect(run!.x.slice(2).every((change) => Math.abs(change) <= 3)).toBe(true);
    expect(readBack(seatsOf(arc))).toEqual(seatsOf(arc));
  });

  it('list seats one by one where numbers, grades or names break off', () => {
    const seats = seatsOf([
      { ...arc[0]!, seat: '1' },
      { ...arc[1]!, seat: '2' },
      { ...arc[2]!, seat: '4' },
      { ...arc[3]!, seat: '5' },
      { ...arc[4]!, seat: 'B1' },
      { ...arc[5]!, seat: '06' },
      { ...arc[6]!, seat: '7', grade: 'S' },
      { ...arc[7]!, seat: '3', number: 20 },
    ]);
    const runs = rowsOfMap({ sections: [{ id: 'A' }], seats })[0]!.rows[0]!.runs;
    expect(runs.map(({ number, count, grade, seats: names }) => [number, count, grade, names])).toEqual([
      [1, 6, 'R', ['1', '2', '4', '5', 'B1', '06']],
      [7, 1, 'S', ['7']],
      [20, 1, 'R', ['3']],
    ]);
    expect(readBack(seats)).toEqual(seats);
  });

  it('say of any seats what the whole map says', () => {
    const place = fc.integer({ min: -100_000, max: 100_000 }).map((hundredths) => hundredths / 100 + 0);
    const seat = fc.record({
      section: fc.constantFrom('A', 'B'),
      row: fc.constantFrom('1', '2', 'Z'),
      seat: fc.oneof(fc.nat(12).map(String), fc.constantFrom('A1', '01', '9007199254740991')),
      grade: fc.constantFrom('R', 'S'),
      x: place,
      y: place,
      gap: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(seat, { maxLength: 60 }), (placed) => {
        let number = 0;
        const seats = placed.map(({ gap, ...each }) => ({ ...each, number: (number += gap ? 3 : 1) }));
        expect(readBack(seatsOf(seats))).toEqual(seatsOf(seats));
      }),
    );
  });
});
