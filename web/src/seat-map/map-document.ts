/** A performance's seat map: seats from the rows that the API gives, and their order: sections, rows, seats. */
import type { ReadSeatMapAnswer, ReadSeatMapRowsAnswer } from '../api/types.ts';
import type { Section } from '../format/seats.ts';

export type MapSeat = ReadSeatMapAnswer['seats'][number];
export type SeatMapRows = Omit<ReadSeatMapRowsAnswer, 'performanceId'>;
type SeatRun = SeatMapRows['sections'][number]['rows'][number]['runs'][number];

/** The rows, and the same seats one by one. */
export interface SeatMapDocument extends SeatMapRows {
  /** By number. */
  readonly seats: readonly MapSeat[];
}

/** Writes the rows out as seats. */
export function seatMapOf(rows: SeatMapRows): SeatMapDocument {
  const seats: MapSeat[] = [];
  for (const section of rows.sections) {
    for (const { row, runs } of section.rows) for (const run of runs) addRun(seats, section.id, row, run);
  }
  return { ...rows, seats: seats.sort((a, b) => a.number - b.number) };
}

function addRun(to: MapSeat[], section: string, row: string, run: SeatRun): void {
  const { number, count, grade, seats } = run;
  let name = '';
  let [x, y, stepX, stepY] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    name = seats[i] ?? String(Number(name) + 1);
    // The first is a place, the second a step, the others change the step.
    stepX = (run.x[i] ?? 0) + (i > 1 ? stepX : 0);
    stepY = (run.y[i] ?? 0) + (i > 1 ? stepY : 0);
    x += stepX;
    y += stepY;
    const label = `${section}-${row}-${name}`;
    to.push({ number: number + i, label, section, row, seat: name, grade, x: x / 100, y: y / 100 });
  }
}

/** Dearest first: a grade's place in the list is its colour and its mark. */
export type Grades = readonly { readonly grade: string; readonly price: number }[];

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
