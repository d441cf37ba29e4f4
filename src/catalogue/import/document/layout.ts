/** The geometry of a venue: turns written blocks into one place per seat. */
import type { BlockDocument, SectionDocument } from './document.ts';
import { pointerStep } from './problems.ts';

/** A seat as its document places it. */
export interface PlacedSeat {
  /** `<section>-<row>-<seat>`, unique in the venue. */
  readonly label: string;
  readonly section: string;
  readonly row: string;
  readonly seat: string;
  readonly grade: string;
  /** In the document's unit (often metres), to two decimals, which a `real` keeps. y grows downwards. */
  readonly x: number;
  readonly y: number;
}

/** A seat and where the document names it. */
export interface LocatedSeat extends PlacedSeat {
  readonly path: string;
}

/** All seats of a section, in the document's order. */
export function* seatsOfSection(section: SectionDocument, path: string): Generator<LocatedSeat> {
  if ('blocks' in section) {
    for (const [i, block] of section.blocks.entries()) {
      yield* seatsOfBlock(section.id, block, `${path}/blocks/${i}`);
    }
    return;
  }
  for (const [i, { row, seat, grade, x, y }] of section.seats.entries()) {
    const place = { section: section.id, row, seat, grade, x: rounded(x), y: rounded(y) };
    yield { label: labelOf(section.id, row, seat), ...place, path: `${path}/seats/${i}` };
  }
}

function* seatsOfBlock(section: string, block: BlockDocument, path: string): Generator<LocatedSeat> {
  const { rows, grade, rowNames, firstRow = 1, firstSeat = 1 } = block;
  for (const [i, seatCount] of rows.entries()) {
    const row = rowNames?.[i] ?? String(firstRow + i);
    for (let k = 0; k < seatCount; k += 1) {
      const seat = String(firstSeat + k);
      // Every row is centred, so its middle is at offset 0.
      const { x, y } = placeIn(block, i, k - (seatCount - 1) / 2);
      yield {
        label: labelOf(section, row, seat),
        section,
        row,
        seat,
        grade,
        x: rounded(x),
        y: rounded(y),
        path: `${path}/rows${pointerStep(i)}`,
      };
    }
  }
}

function placeIn(block: BlockDocument, rowIndex: number, offset: number): { x: number; y: number } {
  if ('arc' in block) {
    const { centre, radius, angle, rowPitch, seatPitch } = block.arc;
    const rowRadius = radius + rowIndex * rowPitch;
    const turn = (angle * Math.PI) / 180 + (offset * seatPitch) / rowRadius;
    return { x: centre[0] + rowRadius * Math.cos(turn), y: centre[1] + rowRadius * Math.sin(turn) };
  }
  const { origin, seatStep, rowStep } = block;
  return {
    x: origin[0] + rowIndex * rowStep[0] + offset * seatStep[0],
    y: origin[1] + rowIndex * rowStep[1] + offset * seatStep[1],
  };
}

function labelOf(section: string, row: string, seat: string): string {
  return `${section}-${row}-${seat}`;
}

function rounded(coordinate: number): number {
  // Adding 0 turns a negative zero into the zero that the database returns.
  return Math.round(coordinate * 100) / 100 + 0;
}
