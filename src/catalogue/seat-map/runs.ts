/** Finds neighbouring seats by their places, because numbers and names need not follow the row. */

export interface PlacedInRow {
  readonly number: number;
  readonly section: string;
  readonly row: string;
  readonly grade: string;
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Adjacent seats of one grade, in their order, without an aisle between them. */
export interface Run {
  readonly seats: readonly PlacedInRow[];
  /** The middle of the whole row, whatever its grades and aisles. */
  readonly rowMiddle: Point;
}

/** An aisle is a step this much wider than the row's usual one. */
const AISLE_FACTOR = 1.5;

/** The runs of each grade, in the order of the seats. */
export function runsByGrade(seats: readonly PlacedInRow[]): ReadonlyMap<string, readonly Run[]> {
  const rows = new Map<string, PlacedInRow[]>();
  for (const seat of seats) {
    const key = `${seat.section}-${seat.row}`;
    const row = rows.get(key);
    if (row === undefined) rows.set(key, [seat]);
    else row.push(seat);
  }
  const runs = new Map<string, Run[]>();
  for (const row of rows.values()) {
    for (const run of runsOfRow(row)) {
      const { grade } = run.seats[0]!;
      const known = runs.get(grade);
      if (known === undefined) runs.set(grade, [run]);
      else known.push(run);
    }
  }
  return runs;
}

function runsOfRow(row: readonly PlacedInRow[]): Run[] {
  const ordered = isSideBySide(row) ? row : sideBySide(row);
  const steps = stepsOf(ordered);
  const usualStep = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const rowMiddle = middleOf(ordered);
  const runs: { seats: PlacedInRow[]; rowMiddle: Point }[] = [];
  for (const [i, seat] of ordered.entries()) {
    const last = runs.at(-1);
    const isNeighbour = i > 0 && steps[i - 1]! <= usualStep * AISLE_FACTOR;
    if (last !== undefined && isNeighbour && last.seats[0]!.grade === seat.grade) last.seats.push(seat);
    else runs.push({ seats: [seat], rowMiddle });
  }
  return runs;
}

/** The place of the middle seat, or between the two middle ones: on the row, also where it is curved. */
function middleOf(ordered: readonly PlacedInRow[]): Point {
  const a = ordered[Math.floor((ordered.length - 1) / 2)]!;
  const b = ordered[Math.ceil((ordered.length - 1) / 2)]!;
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** Whether a row is in order, as most are: cheap to see, because no step is much wider than the narrowest. */
function isSideBySide(row: readonly PlacedInRow[]): boolean {
  const steps = stepsOf(row);
  const narrowest = Math.min(...steps);
  return steps.every((step) => step <= narrowest * AISLE_FACTOR);
}

/** Orders a row, curved ones too: from the end with the lower number, always to the nearest seat left. */
function sideBySide(row: readonly PlacedInRow[]): PlacedInRow[] {
  const middle = {
    x: row.reduce((sum, seat) => sum + seat.x, 0) / row.length,
    y: row.reduce((sum, seat) => sum + seat.y, 0) / row.length,
  };
  const left = [...row];
  const ordered: PlacedInRow[] = [];
  let seat = left.reduce((end, other) => (distance(other, middle) > distance(end, middle) ? other : end));
  while (left.length > 0) {
    left.splice(left.indexOf(seat), 1);
    ordered.push(seat);
    const here = seat;
    seat = left.reduce(
      (near, other) => (distance(other, here) < distance(near, here) ? other : near),
      left[0] ?? seat,
    );
  }
  return ordered.at(-1)!.number < ordered[0]!.number ? ordered.toReversed() : ordered;
}

function stepsOf(row: readonly PlacedInRow[]): number[] {
  return row.slice(1).map((seat, i) => distance(row[i]!, seat));
}

export function distance(a: Point, b: Point): number {
  // Math.hypot guards against overflow, which seats don't need, and takes several times as long.
  return Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2);
}
