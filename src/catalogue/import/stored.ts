/** Reads, once, what the database has of a catalogue to import, so that the plan is made in memory. */
import type { Transaction } from '../../db/database.ts';
import type { RowOf } from '../../db/statement.ts';
import { statement } from '../../db/statement.ts';
import type { CheckedCatalogue, CheckedVenue } from './document/checked.ts';
import type { PlacedSeat } from './document/layout.ts';

export interface StoredCatalogue {
  /** The document's venues that are already stored. */
  readonly venues: ReadonlyMap<string, StoredVenue>;
  /** Stored venues that the document's performances name but the document does not define. */
  readonly venuesElsewhere: ReadonlyMap<string, VenueElsewhere>;
  readonly concerts: ReadonlyMap<string, StoredConcert>;
  /** The document's performances, and all others of its venues. */
  readonly performances: ReadonlyMap<string, StoredPerformance>;
}

export interface VenueElsewhere {
  readonly grades: ReadonlySet<string>;
  readonly seatCount: number;
}

export interface StoredVenue {
  readonly name: unknown;
  readonly timeZone: string;
  readonly outline: unknown;
  readonly focus: unknown;
  readonly sections: unknown;
  readonly seats: ReadonlyMap<string, StoredSeat>;
  /** Removed labels, with the numbers that they keep. */
  readonly removed: ReadonlyMap<string, number>;
  readonly lastNumber: number;
}

export type StoredSeat = Pick<PlacedSeat, 'label' | 'grade' | 'x' | 'y'> & { readonly number: number };

export interface StoredConcert {
  readonly title: unknown;
  readonly description: unknown;
}

export interface StoredPerformance {
  readonly concertId: string;
  readonly venueId: string;
  readonly startsAt: Date;
  readonly opensAt: Date;
  readonly closesAt: Date | null;
  /** The window as the last import named it; null if no import made the performance. */
  readonly importedOpensAt: Date | null;
  readonly importedClosesAt: Date | null;
  readonly refundableUntil: Date | null;
  readonly holdSeconds: number;
  readonly seatLimit: number | null;
  readonly holdBudget: number | null;
  readonly prices: ReadonlyMap<string, number>;
}

/** Locks the performances, so that the import does not overwrite an operator's change of a sale. */
export async function readStored(tx: Transaction, catalogue: CheckedCatalogue): Promise<StoredCatalogue> {
  const venueIds = catalogue.venues.map((venue) => venue.venueId);
  const here = new Set(venueIds);
  const elsewhere = catalogue.performances
    .map(({ venueId }) => venueId)
    .filter((venueId) => !here.has(venueId));
  const others = await tx.run(readVenuesElsewhere, [elsewhere]);
  const concerts = await tx.run(readConcerts, [catalogue.concerts.map((concert) => concert.concertId)]);
  const performanceIds = catalogue.performances.map((performance) => performance.performanceId);
  const performances = await tx.run(readPerformances, [performanceIds, venueIds]);
  return {
    venues: await readVenuesOf(tx, catalogue.venues),
    venuesElsewhere: new Map(
      others.map((row) => [row.venue_id, { grades: new Set(row.grades), seatCount: row.seat_count }]),
    ),
    concerts: new Map(
      concerts.map(({ concert_id, title, description }) => [concert_id, { title, description }]),
    ),
    performances: new Map(performances.map((row) => [row.performance_id, storedPerformanceOf(row)])),
  };
}

const readVenue = statement({
  name: 'import_read_venue',
  group: 'catalogue',
  params: ['text'],
  columns: { name: 'jsonb', time_zone: 'text', outline: 'jsonb', focus: 'jsonb?', sections: 'jsonb' },
  text: `
    select v.name, v.time_zone, v.outline, v.focus, v.sections from venue as v where v.venue_id = $1`,
});

const readVenueSeats = statement({
  name: 'import_read_venue_seats',
  group: 'catalogue',
  params: ['text'],
  columns: { number: 'integer', label: 'text', grade: 'text', x: 'real', y: 'real' },
  text: `
    select v.seat_number as number, v.label, v.grade, v.x, v.y
    from venue_seat as v
    where v.venue_id = $1`,
});

const readRemovedSeats = statement({
  name: 'import_read_removed_seats',
  group: 'catalogue',
  params: ['text'],
  columns: { number: 'integer', label: 'text' },
  text: `select r.seat_number as number, r.label from venue_seat_removed as r where r.venue_id = $1`,
});

async function readVenuesOf(
  tx: Transaction,
  venues: readonly CheckedVenue[],
): Promise<Map<string, StoredVenue>> {
  const stored = new Map<string, StoredVenue>();
  for (const { venueId } of venues) {
    const [venue] = await tx.run(readVenue, [venueId]);
    if (venue === undefined) continue;
    const seats = await tx.run(readVenueSeats, [venueId]);
    const removed = await tx.run(readRemovedSeats, [venueId]);
    const { time_zone: timeZone, ...row } = venue;
    stored.set(venueId, {
      ...row,
      timeZone,
      seats: new Map(seats.map((seat) => [seat.label, seat])),
      removed: new Map(removed.map((seat) => [seat.label, seat.number])),
      lastNumber: [...seats, ...removed].reduce((last, seat) => Math.max(last, seat.number), 0),
    });
  }
  return stored;
}

const readVenuesElsewhere = statement({
  name: 'import_read_venues_elsewhere',
  group: 'catalogue',
  params: ['text[]'],
  columns: { venue_id: 'text', grades: 'text[]', seat_count: 'integer' },
  text: `
    select
      v.venue_id::text as venue_id,
      coalesce(array_agg(distinct s.grade) filter (where s.grade is not null), '{}') as grades,
      count(s.grade)::integer as seat_count
    from venue as v
    left join venue_seat as s on s.venue_id = v.venue_id
    where v.venue_id = any($1::text[])
    group by v.venue_id`,
});

const readConcerts = statement({
  name: 'import_read_concerts',
  group: 'catalogue',
  params: ['text[]'],
  columns: { concert_id: 'text', title: 'jsonb', description: 'jsonb' },
  text: `
    select c.concert_id::text as concert_id, c.title, c.description
    from concert as c
    where c.concert_id = any($1::text[])`,
});

const PERFORMANCE_COLUMNS = {
  performance_id: 'text',
  concert_id: 'text',
  venue_id: 'text',
  starts_at: 'timestamp with time zone',
  sale_opens_at: 'timestamp with time zone',
  sale_closes_at: 'timestamp with time zone?',
  imported_opens_at: 'timestamp with time zone?',
  imported_closes_at: 'timestamp with time zone?',
  refundable_until: 'timestamp with time zone?',
  hold_seconds: 'integer',
  seat_limit: 'integer?',
  hold_budget: 'integer?',
  prices: 'jsonb',
} as const;

const readPerformances = statement({
  name: 'import_read_performances',
  group: 'catalogue',
  writes: true,
  params: ['text[]', 'text[]'],
  columns: PERFORMANCE_COLUMNS,
  text: `
    select
      p.performance_id::text as performance_id,
      p.concert_id::text as concert_id,
      p.venue_id::text as venue_id,
      p.starts_at,
      p.sale_opens_at,
      p.sale_closes_at,
      p.imported_opens_at,
      p.imported_closes_at,
      p.refundable_until,
      p.hold_seconds,
      p.seat_limit,
      p.hold_budget,
      coalesce((
        select jsonb_object_agg(g.grade, g.price)
        from performance_grade as g
        where g.performance_id = p.performance_id
      ), '{}') as prices
    from performance as p
    where p.performance_id = any($1::text[]) or p.venue_id = any($2::text[])
    order by p.performance_id
    for no key update of p`,
});

function storedPerformanceOf(row: RowOf<typeof PERFORMANCE_COLUMNS>): StoredPerformance {
  return {
    concertId: row.concert_id,
    venueId: row.venue_id,
    startsAt: row.starts_at,
    opensAt: row.sale_opens_at,
    closesAt: row.sale_closes_at,
    importedOpensAt: row.imported_opens_at,
    importedClosesAt: row.imported_closes_at,
    refundableUntil: row.refundable_until,
    holdSeconds: row.hold_seconds,
    seatLimit: row.seat_limit,
    holdBudget: row.hold_budget,
    prices: new Map(Object.entries(row.prices as Record<string, number>)),
  };
}
