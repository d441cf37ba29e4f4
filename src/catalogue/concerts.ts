/** Reads the catalogue: concerts with their performances, a performance's sale and its counts of seats. */
import type { Reader } from '../db/database.ts';
import type { RowOf } from '../db/statement.ts';
import { statement } from '../db/statement.ts';
import type { Currency } from '../domain/currency.ts';
import { readCurrency } from './currency.ts';
import type { LocalText } from './import/document/document.ts';
import type { EffectiveSaleState, StoredSaleState } from './sale.ts';
import { effectiveSaleState } from './sale.ts';
import type { SoldOut } from './sold-out.ts';
import { createSoldOut } from './sold-out.ts';

export interface Concert extends Currency {
  readonly concertId: string;
  readonly title: LocalText;
  readonly description: Partial<LocalText>;
  /** Not listed, by an operator's choice. */
  readonly hidden: boolean;
  /** By start. */
  readonly performances: readonly ConcertPerformance[];
}

/** A performance as the catalogue lists it. Times are the database's. */
export interface ConcertPerformance {
  readonly performanceId: string;
  readonly venueId: string;
  readonly venueName: LocalText;
  /** The venue's IANA time zone, in which its times are announced. */
  readonly timeZone: string;
  /** The venue's named sections, in the map's order. */
  readonly sections: readonly NamedSection[];
  readonly startsAt: Date;
  /** What an operator has set, or `cancelled`. */
  readonly saleState: StoredSaleState;
  /** What that and the window amounted to when it was read. */
  readonly sale: EffectiveSaleState;
  /** Whether the sale is open and every seat was sold a few seconds ago. */
  readonly soldOut: boolean;
  readonly saleOpensAt: Date;
  readonly saleClosesAt: Date | null;
  readonly refundableUntil: Date | null;
  readonly holdSeconds: number;
  /** Seats per account, held and bought together; null without a limit. */
  readonly seatLimit: number | null;
  /** By price, the highest first. */
  readonly grades: readonly GradePrice[];
}

/** A section with its name. A seat of an unnamed section shows the section's id. */
export interface NamedSection {
  readonly id: string;
  readonly name: LocalText;
}

export interface GradePrice {
  readonly grade: string;
  /** Minor units. */
  readonly price: number;
}

/** A performance with the counts of its seats at `at`. */
export interface Performance extends Omit<ConcertPerformance, 'grades' | 'soldOut'>, Currency {
  readonly concertId: string;
  readonly title: LocalText;
  readonly grades: readonly GradeCounts[];
  /** The database's time of the counts. */
  readonly at: Date;
}

export interface GradeCounts extends GradePrice {
  /** Includes seats whose hold has expired. */
  readonly free: number;
  readonly held: number;
  readonly sold: number;
}

const PERFORMANCE_COLUMNS = {
  venue_id: 'text',
  venue_name: 'jsonb',
  time_zone: 'text',
  sections: 'jsonb',
  starts_at: 'timestamp with time zone',
  sale_state: 'text',
  sale_opens_at: 'timestamp with time zone',
  sale_closes_at: 'timestamp with time zone?',
  refundable_until: 'timestamp with time zone?',
  hold_seconds: 'integer',
  seat_limit: 'integer?',
  at: 'timestamp with time zone',
} as const;

const PERFORMANCE_SQL = `
      p.venue_id::text as venue_id,
      v.name as venue_name,
      v.time_zone,
      jsonb_path_query_array(v.sections, '$[*] ? (exists(@.name))') as sections,
      p.starts_at,
      p.sale_state::text as sale_state,
      p.sale_opens_at,
      p.sale_closes_at,
      p.refundable_until,
      p.hold_seconds,
      p.seat_limit,
      clock_timestamp() as at`;

/** The prices of the performance `p`, the highest first, as `GradePrice[]`. */
export const GRADES_SQL = `
      coalesce((
        select jsonb_agg(jsonb_build_object('grade', g.grade, 'price', g.price) order by g.price desc, g.grade)
        from performance_grade as g
        where g.performance_id = p.performance_id
      ), '[]') as grades`;

const readConcerts = statement({
  name: 'catalogue_concerts',
  group: 'catalogue',
  params: ['text?', 'boolean'],
  columns: { concert_id: 'text', title: 'jsonb', description: 'jsonb', hidden: 'boolean' },
  text: `
    select c.concert_id::text as concert_id, c.title, c.description, c.hidden
    from concert as c
    where ($1::text is null or c.concert_id = $1) and ($2 or not c.hidden)
    order by c.concert_id`,
});

const readConcertPerformances = statement({
  name: 'catalogue_concert_performances',
  group: 'catalogue',
  params: ['text?'],
  columns: { ...PERFORMANCE_COLUMNS, performance_id: 'text', concert_id: 'text', grades: 'jsonb' },
  text: `
    select${PERFORMANCE_SQL},
      p.performance_id::text as performance_id,
      p.concert_id::text as concert_id,${GRADES_SQL}
    from performance as p
    join venue as v on v.venue_id = p.venue_id
    where $1::text is null or p.concert_id = $1
    order by p.concert_id, p.starts_at, p.performance_id`,
});

/** What a list of concerts has, and how. */
export interface Listing {
  /** Whether hidden concerts are read as well; not by default. */
  readonly withHidden?: boolean;
  /** Remembers what is sold out. */
  readonly soldOut?: SoldOut;
}

export async function listConcerts(reader: Reader, listing: Listing = {}): Promise<readonly Concert[]> {
  return concertsOf(reader, null, listing);
}

export async function readConcert(
  reader: Reader,
  concertId: string,
  listing: Listing = {},
): Promise<Concert | undefined> {
  const [concert] = await concertsOf(reader, concertId, listing);
  return concert;
}

async function concertsOf(
  reader: Reader,
  concertId: string | null,
  { withHidden = false, soldOut = createSoldOut() }: Listing,
): Promise<Concert[]> {
  const currency = await readCurrency(reader);
  const concerts = await reader.read(readConcerts, [concertId, withHidden]);
  const performances = new Map<string, ConcertPerformance[]>();
  const rows = (await reader.read(readConcertPerformances, [concertId])).map((row) => ({
    row,
    sale: saleOf(row),
  }));
  const open = rows.filter(({ sale }) => sale.sale === 'open').map(({ row }) => row.performance_id);
  const gone = await soldOut.among(reader, open);
  for (const { row, sale } of rows) {
    const { performance_id: performanceId, concert_id: owner, grades } = row;
    const listed = performances.get(owner) ?? [];
    if (listed.length === 0) performances.set(owner, listed);
    listed.push({
      performanceId,
      ...sale,
      soldOut: gone.has(performanceId),
      grades: grades as GradePrice[],
    });
  }
  return concerts.map(({ concert_id: id, title, description, hidden }) => ({
    concertId: id,
    ...currency,
    title: title as LocalText,
    description: description as Partial<LocalText>,
    hidden,
    performances: performances.get(id) ?? [],
  }));
}

// Counts also grades without seats: the map has each seat's grade, the seat its state.
const readPerformanceCounts = statement({
  name: 'catalogue_performance',
  group: 'catalogue',
  params: ['text'],
  columns: { ...PERFORMANCE_COLUMNS, concert_id: 'text', title: 'jsonb', grades: 'jsonb' },
  text: `
    with counted as materialized (
      select
        m.grade,
        count(*) filter (where s.state = 'sold') as sold,
        count(*) filter (where s.held_until > clock_timestamp()) as held,
        count(*) as seats
      from performance as p
      join venue_seat as m on m.venue_id = p.venue_id
      join seat as s on s.performance_id = p.performance_id and s.seat_number = m.seat_number
      where p.performance_id = $1
      group by m.grade
    )
    select${PERFORMANCE_SQL},
      p.concert_id::text as concert_id,
      c.title,
      coalesce((
        select jsonb_agg(
          jsonb_build_object(
            'grade', g.grade,
            'price', g.price,
            'free', coalesce(n.seats - n.sold - n.held, 0),
            'held', coalesce(n.held, 0),
            'sold', coalesce(n.sold, 0)
          )
          order by g.price desc, g.grade
        )
        from performance_grade as g
        left join counted as n on n.grade = g.grade
        where g.performance_id = p.performance_id
      ), '[]') as grades
    from performance as p
    join venue as v on v.venue_id = p.venue_id
    join concert as c on c.concert_id = p.concert_id
    where p.performance_id = $1`,
});

/** Reads a performance's sale and the counts of its seats now, or undefined for an unknown performance. */
export async function readPerformance(
  reader: Reader,
  performanceId: string,
): Promise<Performance | undefined> {
  const [row] = await reader.read(readPerformanceCounts, [performanceId]);
  if (row === undefined) return undefined;
  const { concert_id: concertId, title, grades, at } = row;
  return {
    performanceId,
    concertId,
    title: title as LocalText,
    ...(await readCurrency(reader)),
    ...saleOf(row),
    grades: grades as GradeCounts[],
    at,
  };
}

function saleOf(
  row: RowOf<typeof PERFORMANCE_COLUMNS>,
): Omit<ConcertPerformance, 'performanceId' | 'grades' | 'soldOut'> {
  const { sale_opens_at: saleOpensAt, sale_closes_at: saleClosesAt } = row;
  const saleState = row.sale_state as StoredSaleState;
  return {
    venueId: row.venue_id,
    venueName: row.venue_name as LocalText,
    timeZone: row.time_zone,
    sections: row.sections as NamedSection[],
    startsAt: row.starts_at,
    saleState,
    sale: effectiveSaleState({ saleState, opensAt: saleOpensAt, closesAt: saleClosesAt }, row.at),
    saleOpensAt,
    saleClosesAt,
    refundableUntil: row.refundable_until,
    holdSeconds: row.hold_seconds,
    seatLimit: row.seat_limit,
  };
}
