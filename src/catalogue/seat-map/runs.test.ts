import { describe, expect, it } from 'vitest';
import type { PlacedInRow, Run } from './runs.ts';
import { runsByGrade } from './runs.ts';

function seatAt(number: number, x: number, options: Partial<PlacedInRow> = {}): PlacedInRow {
  return { number, section: 'A', row: '1', grade: 'R', x, y: 0, ...options };
}

function runsOf(seats: readonly PlacedInRow[]): Record<string, readonly (readonly number[])[]> {
  const numbersOf = (run: Run): number[] => run.seats.map(({ number }) => number);
  return Object.fromEntries([...runsByGrade(seats)].map(([grade, runs]) => [grade, runs.map(numbersOf)]));
}

describe('the runs of neighbours', () => {
  it('are the rows of each section', () => {
    const seats = [
      seatAt(1, 0),
      seatAt(2, 1),
      seatAt(3, 0, { row: '2', y: 1 }),
      seatAt(4, 1, { row: '2', y: 1 }),
      seatAt(5, 2, { section: 'B' }),
    ];
    expect(runsOf(seats)).toEqual({ R: [[1, 2], [3, 4], [5]] });
  });

  it('end at an aisle', () => {
    expect(runsOf([0, 1, 2, 4, 5].map((x, i) => seatAt(i + 1, x)))).toEqual({
      R: [
        [1, 2, 3],
        [4, 5],
      ],
    });
  });

  it('end where the grade changes', () => {
    const seats = [seatAt(1, 0), seatAt(2, 1), seatAt(3, 2, { grade: 'S' })];
    expect(runsOf(seats)).toEqual({ R: [[1, 2]], S: [[3]] });
  });

  it('follow places, not numbers: a seat that was added later may be between older ones', () => {
    const seats = [seatAt(1, 0), seatAt(2, 1), seatAt(3, 3), seatAt(4, 4), seatAt(9, 2)];
    expect(runsOf(seats)).toEqual({ R: [[1, 2, 9, 3, 4]] });
  });

  it('follow a curve and rows that number their seats outwards from the middle', () => {
    const angles = [0, 1, -1, 2, -2, 3, -3];
    const seats = angles.map((turn, i) =>
      seatAt(i + 1, 10 * Math.sin(turn / 5), { y: 10 * Math.cos(turn / 5) }),
    );
    expect(runsOf(seats)).toEqual({ R: [[6, 4, 2, 1, 3, 5, 7]] });
  });

  it('know the middle of the whole row, also beyond an aisle or another grade, and on a curve', () => {
    const row = [0, 1, 2, 4, 5].map((x, i) => seatAt(i + 1, x, i > 2 ? { grade: 'S' } : {}));
    const middles = [...runsByGrade(row).values()].flat().map(({ rowMiddle }) => rowMiddle);
    expect(middles).toEqual([
      { x: 2, y: 0 },
      { x: 2, y: 0 },
    ]);
    const curved = [-3, -2, -1, 1, 2, 3].map((turn, i) =>
      seatAt(i + 1, 10 * Math.sin(turn / 5), { y: 10 * Math.cos(turn / 5) }),
    );
    const [run] = runsByGrade(curved).get('R')!;
    expect(run!.rowMiddle).toEqual({ x: 0, y: 10 * Math.cos(1 / 5) });
  });

  it('are none without seats, and one for a single seat', () => {
    expect(runsOf([])).toEqual({});
    expect(runsOf([seatAt(7, 0)])).toEqual({ R: [[7]] });
  });
});
