/** A performance's seat map: seats from the rows that the API gives, and their order: sections, rows, seats. */
import type { ReadSeatMapAnswer, ReadSeatMapRowsAnswer } from '../api/types.ts';
import type { Section } from '../format/seats.ts';

export type MapSeat = ReadSeatMapAnswer['seats'][number];
export type SeatMapRows = Omit<ReadSeatMapRowsAnswer, 'performanceId'>;
type SeatRun = SeatMapRows['sections'][number]['rows'][number]['runs'][number];

/**
 * The rows, and the seats in them. Most of the seats of a large hall are never looked at one by one, so that each run is
 * written out when a seat of it is asked for.
 */
export interface SeatMapDocument extends SeatMapRows {
  /** All, by number: in a large hall they take a noticeable time, once. */
  readonly seats: readonly MapSeat[];
  readonly seatOf: (number: number) => MapSeat | undefined;
  /** The seat with this label. */
  readonly find: (label: string) => MapSeat | undefined;
  /** By number - 1: the place of the seat's grade in `gradeNames`, from 1; 0 where the map has no such seat. */
  readonly gradeCodes: Uint8Array;
  readonly gradeNames: readonly string[];
}

interface PlacedRun {
  readonly section: string;
  readonly row: string;
  readonly run: SeatRun;
}

export function seatMapOf(rows: SeatMapRows): SeatMapDocument {
  const runs = rows.sections
    .flatMap((section) =>
      section.rows.flatMap(({ row, runs: inRow }) => inRow.map((run) => ({ section: section.id, row, run }))),
    )
    .toSorted((a, b) => a.run.number - b.run.number);
  const written: (readonly MapSeat[])[] = [];
  const seatsIn = (at: number): readonly MapSeat[] => (written[at] ??= writeOut(runs[at]!));
  const gradeNames = [...new Set(runs.map(({ run }) => run.grade))];
  const runAt = byNumber(runs, new Uint32Array(lastNumber(runs)), (_, at) => at + 1);
  const gradeCodes = byNumber(
    runs,
    new Uint8Array(lastNumber(runs)),
    ({ grade }) => gradeNames.indexOf(grade) + 1,
  );
  let all: readonly MapSeat[] | undefined;
  return {
    ...rows,
    gradeCodes,
    gradeNames,
    get seats() {
      return (all ??= runs.flatMap((_, at) => seatsIn(at)));
    },
    seatOf(number) {
      const at = (runAt[number - 1] ?? 0) - 1;
      return at < 0 ? undefined : seatsIn(at)[number - runs[at]!.run.number];
    },
    find(label) {
      const [section, row] = label.split('-');
      for (const [at, placed] of runs.entries()) {
        if (placed.section !== section || placed.row !== row) continue;
        const found = seatsIn(at).find((seat) => seat.label === label);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function writeOut({ section, row, run }: PlacedRun): readonly MapSeat[] {
  const { number, count, grade, seats } = run;
  let name = '';
  let [x, y, stepX, stepY] = [0, 0, 0, 0];
  return Array.from({ length: count }, (_, i) => {
    name = seats[i] ?? String(Number(name) + 1);
    // The first is a place, the second a step, the others change the step.
    stepX = (run.x[i] ?? 0) + (i > 1 ? stepX : 0);
    stepY = (run.y[i] ?? 0) + (i > 1 ? stepY : 0);
    x += stepX;
    y += stepY;
    const label = `${section}-${row}-${name}`;
    return { number: number + i, label, section, row, seat: name, grade, x: x / 100, y: y / 100 };
  });
}

function lastNumber(runs: readonly PlacedRun[]): number {
  const last = runs.at(-1)?.run;
  return last === undefined ? 0 : last.number + last.count - 1;
}

/** Fills in what is the same for all seats of a run. */
function byNumber<Numbers extends Uint8Array | Uint32Array>(
  runs: readonly PlacedRun[],
  into: Numbers,
  of: (run: SeatRun, at: number) => number,
): Numbers {
  for (const [at, { run }] of runs.entries()) {
    const from = run.number - 1;
    into.fill(of(run, at), from, from + run.count);
  }
  return into;
}

/** Dearest first: a grade's place in the list is its colour and its mark. */
export type Grades = readonly {
  readonly grade: string;
  readonly price: number;
  /** Seats left when the performance was read. */
  readonly free?: number;
}[];

/** A shape that stands beside the seats, such as a stage; in the seats' coordinates. */
export type OutlineShape = SeatMapDocument['outline'][number];

export type Point = readonly [x: number, y: number];

export interface SectionRows {
  readonly section: Section;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly section: string;
  readonly row: string;
  /** In the order in which they stand. */
  readonly seats: readonly MapSeat[];
}

const known = new WeakMap<SeatMapDocument, readonly SectionRows[]>();

/** The map's seats by section and row; worked out once for a document. */
export function rowsOf(map: SeatMapDocument): readonly SectionRows[] {
  let rows = known.get(map);
  if (rows === undefined) known.set(map, (rows = sortRows(map)));
  return rows;
}

function sortRows({ sections, seats }: SeatMapDocument): readonly SectionRows[] {
  const bySection = new Map<string, Map<string, MapSeat[]>>(sections.map(({ id }) => [id, new Map()]));
  for (const seat of seats) {
    const rows = bySection.get(seat.section);
    const row = rows?.get(seat.row);
    if (row === undefined) rows?.set(seat.row, [seat]);
    else row.push(seat);
  }
  return sections.map((section) => ({
    section,
    rows: [...(bySection.get(section.id) ?? [])].map(([row, inRow]) => ({
      section: section.id,
      row,
      seats: inRow.sort(byName),
    })),
  }));
}

/** Seats that were added to a row later have high numbers but stand where their names say. */
function byName(a: MapSeat, b: MapSeat): number {
  return Number(a.seat) - Number(b.seat) || a.number - b.number;
}
