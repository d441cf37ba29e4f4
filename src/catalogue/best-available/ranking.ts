/** All places for so many adjacent seats of a grade, the best first. It depends on the seat map alone. */
import type { Point, Run } from '../seat-map/runs.ts';
import { scoreOf } from './score.ts';

export interface Ranking {
  readonly quantity: number;
  /** The grade's seats by number, run after run, with a 0 after each run: no seat has that number. */
  readonly numbers: Int32Array;
  /** Where in `numbers` each place begins, the best first; of equal ones the one with the lower number. */
  readonly starts: Int32Array;
}

/** Ranks the grade's places. Takes some 20 ms for 50,000 seats, so keep it: 8 bytes a seat. */
export function rankPlaces(runs: readonly Run[], focus: Point, quantity: number): Ranking {
  const numbers = new Int32Array(runs.reduce((sum, run) => sum + run.seats.length + 1, 0));
  const starts: number[] = [];
  const scores = new Float64Array(numbers.length);
  let at = 0;
  for (const { seats, rowMiddle } of runs) {
    // The sums of the coordinates of `quantity` seats, moved along by one seat each time.
    let sumX = 0;
    let sumY = 0;
    for (const [i, seat] of seats.entries()) {
      numbers[at + i] = seat.number;
      sumX += seat.x - (seats[i - quantity]?.x ?? 0);
      sumY += seat.y - (seats[i - quantity]?.y ?? 0);
      const first = i + 1 - quantity;
      if (first < 0) continue;
      starts.push(at + first);
      scores[at + first] = scoreOf({ x: sumX / quantity, y: sumY / quantity }, focus, rowMiddle);
    }
    at += seats.length + 1;
  }
  starts.sort((a, b) => scores[a]! - scores[b]! || numbers[a]! - numbers[b]!);
  return { quantity, numbers, starts: Int32Array.from(starts) };
}
