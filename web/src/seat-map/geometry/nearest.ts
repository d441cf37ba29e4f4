/** What to offer instead of seats that somebody else was quicker to take. */
import type { SeatStates } from '../../live/seat-states.ts';
import { CODE } from '../../live/seat-states.ts';
import type { MapSeat, Row, SeatMapDocument } from '../map-document.ts';
import { rowsOf } from '../map-document.ts';

/** Wider than this many seat steps, there is an aisle between two seats of a row. */
const AISLE_STEPS = 1.7;

/**
 * The nearest free seats like the lost ones: of the same grade, beside each other in one row if there were several and
 * such are left, else in the largest groups there are. Fewer than were lost when the grade has no more; nearest first.
 */
export function nearestLike(
  map: SeatMapDocument,
  states: SeatStates,
  lost: readonly number[],
  avoid: ReadonlySet<number>,
): readonly number[] {
  const without = new Set(lost);
  const lostSeats = [...without].map((number) => map.seatOf(number)).filter((seat) => seat !== undefined);
  const grades = [...new Set(lostSeats.map((seat) => seat.grade))];
  return grades.flatMap((grade) => {
    const like = lostSeats.filter((seat) => seat.grade === grade);
    const isOffered = (seat: MapSeat): boolean =>
      seat.grade === grade &&
      states.codes[seat.number - 1] === CODE.free &&
      !avoid.has(seat.number) &&
      !without.has(seat.number);
    const runs = rowsOf(map).flatMap(({ rows }) => rows.flatMap((row) => runsOf(row, isOffered)));
    return choose(runs, like.length, middleOf(like));
  });
}

/** Offered seats of a row that stand beside each other without a gap. */
function runsOf({ seats }: Row, isOffered: (seat: MapSeat) => boolean): readonly (readonly MapSeat[])[] {
  const steps = seats.slice(1).map((seat, i) => distance(seats[i]!, seat));
  const step = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const runs: MapSeat[][] = [];
  let joins = false;
  for (const [i, seat] of seats.entries()) {
    const offered = isOffered(seat);
    if (offered && joins && steps[i - 1]! <= step * AISLE_STEPS) runs.at(-1)!.push(seat);
    else if (offered) runs.push([seat]);
    joins = offered;
  }
  return runs;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** `count` seats: the nearest group so large, or the largest group there is and the rest from what remains. */
function choose(runs: readonly (readonly MapSeat[])[], count: number, to: Place): readonly number[] {
  const longest = runs.reduce((most, run) => Math.max(most, run.length), 0);
  const size = Math.min(count, longest);
  if (size === 0) return [];
  let best: readonly MapSeat[] = [];
  let bestDistance = Infinity;
  for (const run of runs) {
    for (let from = 0; from + size <= run.length; from++) {
      const group = run.slice(from, from + size);
      const away = distance(middleOf(group), to);
      if (away < bestDistance) [best, bestDistance] = [group, away];
    }
  }
  const taken = new Set(best);
  const rest = size < count ? runs.flatMap((run) => splitAt(run, taken)) : [];
  const nearestFirst = best.toSorted((a, b) => distance(a, to) - distance(b, to) || a.number - b.number);
  return [...nearestFirst.map((seat) => seat.number), ...choose(rest, count - size, to)];
}

/** What is left of a run: the taken seats, all together, leave a piece before and a piece behind. */
function splitAt(run: readonly MapSeat[], taken: ReadonlySet<MapSeat>): readonly (readonly MapSeat[])[] {
  const from = run.findIndex((seat) => taken.has(seat));
  if (from < 0) return [run];
  return [run.slice(0, from), run.slice(from + taken.size)].filter((piece) => piece.length > 0);
}

function middleOf(seats: readonly Place[]): Place {
  const sum = seats.reduce((total, seat) => ({ x: total.x + seat.x, y: total.y + seat.y }), { x: 0, y: 0 });
  return { x: sum.x / seats.length, y: sum.y / seats.length };
}

function distance(a: Place, b: Place): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
