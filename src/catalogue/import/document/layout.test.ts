import { describe, expect, it } from 'vitest';
import type { SectionDocument } from './document.ts';
import { seatsOfSection } from './layout.ts';

function placesOf(section: SectionDocument): Record<string, [number, number]> {
  return Object.fromEntries([...seatsOfSection(section, '')].map(({ label, x, y }) => [label, [x, y]]));
}

describe('a straight block', () => {
  it('centres each row on its origin', () => {
    const section: SectionDocument = {
      id: 'A',
      blocks: [{ grade: 'R', origin: [10, 20], seatStep: [0.5, 0], rowStep: [0, 1], rows: [1, 2] }],
    };
    expect(placesOf(section)).toEqual({
      'A-1-1': [10, 20],
      'A-2-1': [9.75, 21],
      'A-2-2': [10.25, 21],
    });
  });

  it('may be turned, and may start its row and seat numbers anywhere', () => {
    const section: SectionDocument = {
      id: 'W',
      blocks: [
        {
          grade: 'R',
          origin: [0, 0],
          seatStep: [0, -1],
          rowStep: [-1, 0],
          rows: [1, 2],
          firstRow: 5,
          firstSeat: 11,
        },
      ],
    };
    expect(placesOf(section)).toEqual({ 'W-5-11': [0, 0], 'W-6-11': [-1, 0.5], 'W-6-12': [-1, -0.5] });
  });

  it('may name its rows', () => {
    const section: SectionDocument = {
      id: 'A',
      blocks: [
        {
          grade: 'R',
          origin: [0, 0],
          seatStep: [1, 0],
          rowStep: [0, 1],
          rows: [1, 1],
          rowNames: ['AA', 'BB'],
        },
      ],
    };
    expect(Object.keys(placesOf(section))).toEqual(['A-AA-1', 'A-BB-1']);
  });
});

describe('a curved block', () => {
  it('puts its rows on circles round the centre, evenly along each', () => {
    const section: SectionDocument = {
      id: 'C',
      blocks: [
        {
          grade: 'R',
          rows: [2, 3],
          arc: { centre: [0, 0], radius: 10, angle: 90, rowPitch: 1, seatPitch: 0.5 },
        },
      ],
    };
    const seats = [...seatsOfSection(section, '')];
    for (const { row, x, y } of seats) expect(Math.hypot(x, y)).toBeCloseTo(row === '1' ? 10 : 11, 1);
    expect(placesOf(section)['C-2-2']).toEqual([0, 11]);
    // Angles grow clockwise on a page whose y points down: from below the centre to its left.
    expect(placesOf(section)['C-2-3']?.[0]).toBe(-0.5);
  });
});

describe('single seats', () => {
  it('are at their given places, to two decimals', () => {
    const section: SectionDocument = {
      id: 'B',
      seats: [{ row: '1', seat: '7', x: 1.006, y: -0.001, grade: 'S' }],
    };
    expect([...seatsOfSection(section, '/s')]).toEqual([
      { label: 'B-1-7', section: 'B', row: '1', seat: '7', grade: 'S', x: 1.01, y: 0, path: '/s/seats/0' },
    ]);
  });
});
