/**
 * A seat map by rows instead of by seats: what a page has to load. Seats beside each other differ by a step that hardly
 * changes, so that a stadium of 50,000 seats takes a thirtieth of its bytes.
 */
import type { VenueSection } from '../import/document/checked.ts';
import type { MapSeat, VenueMap } from './venue-map.ts';

/** Seats of one row and grade with consecutive numbers. */
export interface SeatRun {
  /** Of the first seat; the others follow. */
  readonly number: number;
  readonly count: number;
  readonly grade: string;
  /** Names of the first seats. After the last one given, names count up: 1 is followed by 2. */
  readonly seats: readonly string[];
  /**
   * In hundredths: the first seat's place, the step to the second, then by how much each further step differs from the
   * one before; 0 after the last one given.
   */
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface SeatRow {
  readonly row: string;
  readonly runs: readonly SeatRun[];
}

export interface SectionOfRows extends VenueSection {
  readonly rows: readonly SeatRow[];
}

/** The map's seats by section, in the map's order, and row, in the order of their first seats. */
export function rowsOfMap({ sections, seats }: Pick<VenueMap, 'sections' | 'seats'>): SectionOfRows[] {
  const bySection = new Map<string, Map<string, MapSeat[]>>(sections.map(({ id }) => [id, new Map()]));
  for (const seat of seats) {
    const rows = bySection.get(seat.section) ?? new Map<string, MapSeat[]>();
    bySection.set(seat.section, rows);
    const row = rows.get(seat.row);
    if (row === undefined) rows.set(seat.row, [seat]);
    else row.push(seat);
  }
  const known = new Map(sections.map((section) => [section.id, section]));
  return [...bySection].map(([id, rows]) => ({
    ...(known.get(id) ?? { id }),
    rows: [...rows].map(([row, inRow]) => ({ row, runs: runsIn(inRow) })),
  }));
}

function runsIn(row: readonly MapSeat[]): SeatRun[] {
  const runs: MapSeat[][] = [];
  for (const seat of row) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (last !== undefined && seat.number === last.number + 1 && seat.grade === last.grade) run!.push(seat);
    else runs.push([seat]);
  }
  return runs.map((run) => ({
    number: run[0]!.number,
    count: run.length,
    grade: run[0]!.grade,
    seats: firstNames(run.map(({ seat }) => seat)),
    x: firstSteps(run.map(({ x }) => x)),
    y: firstSteps(run.map(({ y }) => y)),
  }));
}

function firstNames(names: readonly string[]): readonly string[] {
  const needed = names.findLastIndex((name, i) => i === 0 || name !== nameAfter(names[i - 1]!));
  return names.slice(0, needed + 1);
}

/** The number that follows, if the name is a number. */
function nameAfter(name: string): string | undefined {
  const number = Number(name);
  return Number.isSafeInteger(number) && String(number) === name ? String(number + 1) : undefined;
}

function firstSteps(places: readonly number[]): readonly number[] {
  let [last, lastStep] = [0, 0];
  const steps = places.map((place, i) => {
    const now = Math.round(place * 100);
    const step = now - last;
    const told = i < 2 ? step : step - lastStep;
    [last, lastStep] = [now, step];
    return told;
  });
  return steps.slice(0, Math.max(1, steps.findLastIndex((step) => step !== 0) + 1));
}
