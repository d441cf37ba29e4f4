/** A performance's seat map as the API gives it, and its order: sections, rows, seats. */
import type { ReadSeatMapAnswer } from '../api/types.ts';
import type { Section } from '../format/seats.ts';

export type SeatMapDocument = ReadSeatMapAnswer;
export type MapSeat = SeatMapDocument['seats'][number];

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
