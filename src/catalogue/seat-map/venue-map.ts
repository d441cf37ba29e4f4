/** The static seat map of a venue: every seat with its number, names, grade and place. */
import type { Reader } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import type { VenueSection } from '../import/document/checked.ts';
import type { LocalText, OutlineShape } from '../import/document/document.ts';
import type { PlacedSeat } from '../import/document/layout.ts';
import type { Ranking } from '../best-available/ranking.ts';
import { rankPlaces } from '../best-available/ranking.ts';
import { focusOf } from '../best-available/score.ts';
import type { Point, Run } from './runs.ts';
import { runsByGrade } from './runs.ts';

export interface MapSeat extends PlacedSeat {
  /** Permanent: a label keeps its number, and no other label ever gets it. */
  readonly number: number;
}

export interface VenueMap {
  readonly venueId: string;
  readonly venueName: LocalText;
  /** Raised by every import that changes the venue or its seats. */
  readonly revision: number;
  readonly outline: readonly OutlineShape[];
  /** What the seats are turned to: the catalogue's focus, or the one that `focusOf` finds. */
  readonly focus: Point;
  readonly sections: readonly VenueSection[];
  /** By number. */
  readonly seats: readonly MapSeat[];
  /** The number of the venue's seat with this label; undefined for any other label. */
  numberOf(label: string): number | undefined;
  /** The label of a current or removed seat; `#<number>` for a number that this map does not know. */
  labelOf(number: number): string;
  /** Whether the venue has or had a seat with this number. */
  knows(number: number): boolean;
  /**
   * The grade's places for so many adjacent seats, the best first; none for a grade that the venue does not
   * have. The first call makes it, and the map keeps it.
   */
  rankingOf(grade: string, quantity: number): Ranking;
}

const readVenue = statement({
  name: 'venue_map',
  group: 'catalogue',
  params: ['text'],
  columns: { name: 'jsonb', revision: 'integer', outline: 'jsonb', focus: 'jsonb?', sections: 'jsonb' },
  text: `select v.name, v.revision, v.outline, v.focus, v.sections from venue as v where v.venue_id = $1`,
});

const readSeats = statement({
  name: 'venue_map_seats',
  group: 'catalogue',
  params: ['text'],
  columns: {
    number: 'integer',
    label: 'text',
    section: 'text',
    row: 'text',
    seat: 'text',
    grade: 'text',
    x: 'real',
    y: 'real',
  },
  text: `
    select v.seat_number as number, v.label, v.section, v.row_name as row, v.seat_name as seat, v.grade, v.x, v.y
    from venue_seat as v
    where v.venue_id = $1
    order by v.seat_number`,
});

const readRemoved = statement({
  name: 'venue_map_removed_seats',
  group: 'catalogue',
  params: ['text'],
  columns: { number: 'integer', label: 'text' },
  text: `select r.seat_number as number, r.label from venue_seat_removed as r where r.venue_id = $1`,
});

export async function readVenueMap(reader: Reader, venueId: string): Promise<VenueMap | undefined> {
  // Read the revision first: if an import commits in between, the map seems older than its seats and is read
  // again. In the other order it would pass as up to date.
  const [venue] = await reader.read(readVenue, [venueId]);
  if (venue === undefined) return undefined;
  const seats = await reader.read(readSeats, [venueId]);
  const removed = await reader.read(readRemoved, [venueId]);
  const outline = venue.outline as OutlineShape[];
  const focus = focusOf({
    focus: (venue.focus ?? undefined) as [number, number] | undefined,
    outline,
    seats,
  });
  return {
    venueId,
    venueName: venue.name as LocalText,
    revision: venue.revision,
    outline,
    focus,
    sections: venue.sections as VenueSection[],
    seats,
    ...namesOf(seats, removed),
    rankingOf: rankingsOf(seats, focus),
  };
}

type NamedSeat = Pick<MapSeat, 'number' | 'label'>;

function namesOf(
  seats: readonly MapSeat[],
  removed: readonly NamedSeat[],
): Pick<VenueMap, 'numberOf' | 'labelOf' | 'knows'> {
  const numbers = new Map(seats.map((seat) => [seat.label, seat.number]));
  const labels = new Map([...seats, ...removed].map((seat) => [seat.number, seat.label]));
  return {
    numberOf: (label) => numbers.get(label),
    labelOf: (number) => labels.get(number) ?? `#${number}`,
    knows: (number) => labels.has(number),
  };
}

function rankingsOf(seats: readonly MapSeat[], focus: Point): VenueMap['rankingOf'] {
  let runs: ReadonlyMap<string, readonly Run[]> | undefined;
  const rankings = new Map<string, Ranking>();
  return (grade, quantity) => {
    const key = `${quantity} ${grade}`;
    let ranking = rankings.get(key);
    if (ranking === undefined) {
      runs ??= runsByGrade(seats);
      ranking = rankPlaces(runs.get(grade) ?? [], focus, quantity);
      // Invented grades must not fill the memory.
      if (runs.has(grade)) rankings.set(key, ranking);
    }
    return ranking;
  };
}
