/** A performance's sales: its numbers, and its payments and refunds one by one. */
import { readCurrency } from '../../catalogue/currency.ts';
import type { VenueSection } from '../../catalogue/import/document/checked.ts';
import type { LocalText } from '../../catalogue/import/document/document.ts';
import type { Transaction } from '../../db/database.ts';
import type { RowOf } from '../../db/statement.ts';
import { statement } from '../../db/statement.ts';
import type { Currency } from '../../domain/currency.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import { accountsOf } from '../../operations/strategy.ts';
import { reading, seatMapOf } from '../context.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import { inSnapshot } from './snapshot.ts';

/** A performance's numbers in one snapshot. Money is in minor units. */
export interface Sales {
  readonly performanceId: string;
  /** The database's time of the snapshot. */
  readonly at: Date;
  /** Seats whose hold has expired are free. */
  readonly seats: { readonly free: number; readonly held: number; readonly sold: number };
  /** Live holds, confirmed and refunded reservations. */
  readonly reservations: { readonly held: number; readonly confirmed: number; readonly refunded: number };
  /** Payments less refunds. */
  readonly revenue: number;
  readonly payments: number;
  readonly refunds: number;
}

/** One payment or refund. */
export interface SaleLine {
  readonly at: Date;
  readonly kind: 'payment' | 'refund';
  readonly reservationId: string;
  readonly accountId: string;
  /** By label, in the order of the seats' numbers. */
  readonly seats: readonly string[];
  /**
   * Minor units, of each seat; their sum is the amount. Undefined where several seats were refunded before prices were kept
   * with a refund.
   */
  readonly prices: readonly number[] | undefined;
  /** Minor units, never negative; `kind` gives the direction. */
  readonly amount: number;
}

/** A performance's payments and refunds, and what names and dates them. */
export interface SaleList extends Currency {
  /** Of the concert. */
  readonly title: LocalText;
  /** The venue's IANA time zone. */
  readonly timeZone: string;
  /** The venue's sections, those without a name too. */
  readonly sections: readonly VenueSection[];
  /** The earliest first. */
  readonly lines: Iterable<SaleLine>;
}

// Takes money from the performance's side, not the ledger: a confirmed or refunded reservation has one payment
// of its amount, and what is not paid back is the price of the seats that are still sold (invariant 2, which
// the audit checks). So it reads one performance's rows on one shard, and may run every few seconds. The
// ledger is keyed by account; a sum over it would read every sale ever made.
const readNumbers = statement({
  name: 'sales_numbers',
  group: 'performance',
  params: ['text'],
  columns: {
    at: 'timestamp with time zone',
    free: 'bigint',
    held: 'bigint',
    sold: 'bigint',
    holds: 'bigint',
    confirmed: 'bigint',
    refunded: 'bigint',
    payments: 'bigint',
    revenue: 'bigint',
  },
  text: `
    with moment as materialized (
      select clock_timestamp() as at
    ), seats as materialized (
      select
        count(*) filter (where s.state = 'sold') as sold,
        coalesce(sum(s.price) filter (where s.state = 'sold'), 0)::bigint as revenue,
        count(*) filter (where s.held_until > (select m.at from moment as m)) as held,
        count(*) as seats
      from seat as s
      where s.performance_id = $1
    ), reservations as materialized (
      select
        count(*) filter (
          where r.state = 'held' and r.expires_at > (select m.at from moment as m) or r.state = 'paying'
        ) as holds,
        count(*) filter (where r.state in ('confirmed', 'refunding')) as confirmed,
        count(*) filter (where r.state = 'refunded') as refunded,
        coalesce(sum(r.amount) filter (where r.state in ('confirmed', 'refunding', 'refunded')), 0)::bigint as payments
      from reservation as r
      where r.performance_id = $1
    )
    select
      m.at,
      seats.seats - seats.sold - seats.held as free,
      seats.held,
      seats.sold,
      reservations.holds,
      reservations.confirmed,
      reservations.refunded,
      reservations.payments,
      seats.revenue
    from performance as p, moment as m, seats, reservations
    where p.performance_id = $1`,
});

/** The performance's numbers now. Refusals: `not_found`, and those of a database that can't answer. */
export async function readSales(
  context: BoxOfficeContext,
  performanceId: string,
): Promise<Sales | Refusal<'not_found' | 'contended' | 'overloaded'>> {
  const rows = await inSnapshot(context, (tx) => tx.run(readNumbers, [performanceId]));
  if (isRefusal(rows)) return rows;
  const [row] = rows;
  if (row === undefined) return refuse('not_found', { what: 'performance' });
  const { at, free, held, sold, holds, confirmed, refunded, payments, revenue } = row;
  return {
    performanceId,
    at,
    seats: { free, held, sold },
    reservations: { held: holds, confirmed, refunded },
    revenue,
    payments,
    refunds: payments - revenue,
  };
}

// Reads reservations by their key, which begins with the performance, so every piece costs the same, however long the list is.
const readPiece = statement({
  name: 'sales_piece',
  group: 'performance',
  params: ['text', 'uuid', 'integer'],
  columns: {
    reservation_id: 'uuid',
    account_id: 'text',
    seat_ids: 'integer[]',
    prices: 'bigint[]?',
    refunded_seats: 'integer[]',
  },
  text: `
    select
      r.reservation_id,
      r.account_id::text as account_id,
      r.seat_ids,
      coalesce(r.seat_prices, case cardinality(r.seat_ids) when 1 then array[r.amount] end, (
        select array_agg(s.price order by array_position(r.seat_ids, s.seat_number))
        from seat as s
        where s.performance_id = $1 and s.seat_number = any(r.seat_ids) and s.reservation_id = r.reservation_id
      )) as prices,
      r.refunded_seats
    from reservation as r
    where r.performance_id = $1 and r.reservation_id > $2 and r.state in ('confirmed', 'refunding', 'refunded')
    order by r.reservation_id
    limit $3::integer`,
});

// By the unique index on (account, kind, reservation, part).
const readEntries = statement({
  name: 'sales_entries',
  group: 'account',
  params: ['text[]', 'uuid[]'],
  columns: {
    reservation_id: 'uuid',
    kind: 'text',
    part: 'integer',
    amount: 'bigint',
    created_at: 'timestamp with time zone',
  },
  text: `
    select e.reservation_id, e.kind::text as kind, e.part::integer as part, abs(e.amount) as amount, e.created_at
    from unnest($1::text[], $2::uuid[]) as r (account_id, reservation_id)
    join ledger_entry as e
      on e.account_id = r.account_id and e.kind in ('payment', 'refund') and e.reservation_id = r.reservation_id
    order by e.reservation_id, e.kind, e.part`,
});

type Sold = RowOf<(typeof readPiece)['columns']>;
type Entry = RowOf<(typeof readEntries)['columns']>;

/** The performance, if it exists, and the time of the snapshot that this statement takes. */
export const findPerformance = statement({
  name: 'sales_performance',
  group: 'performance',
  params: ['text'],
  columns: { at: 'timestamp with time zone' },
  text: `select clock_timestamp() as at from performance as p where p.performance_id = $1`,
});

const findHead = statement({
  name: 'sales_head',
  group: 'performance',
  params: ['text'],
  columns: { title: 'jsonb', time_zone: 'text' },
  text: `
    select c.title, v.time_zone
    from performance as p
    join concert as c on c.concert_id = p.concert_id
    join venue as v on v.venue_id = p.venue_id
    where p.performance_id = $1`,
});

const PIECE_SIZE = 5_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

type SalesContext = Pick<BoxOfficeContext, 'database' | 'accounts' | 'deadline' | 'seatMaps'>;

type Line = Omit<SaleLine, 'seats'> & { readonly seatNumbers: readonly number[] };

/**
 * Every payment and refund of the performance at one moment. All are read before the first is returned, so that a slow
 * consumer holds no connection.
 *
 * The reservations are read in one snapshot; their entries, which are never changed, after it. So each payment and each
 * refund of the snapshot is there, and the newer ones are left out.
 */
export async function listSales(
  context: SalesContext,
  performanceId: string,
): Promise<SaleList | Refusal<'not_found' | 'contended' | 'overloaded'>> {
  const read = await inSnapshot(context, async (tx) => {
    const [found] = await tx.run(findHead, [performanceId]);
    if (found === undefined) return undefined;
    const head = { title: found.title as LocalText, timeZone: found.time_zone, ...(await readCurrency(tx)) };
    return { head, sold: await soldIn(tx, performanceId) };
  });
  if (read === undefined) return refuse('not_found', { what: 'performance' });
  if (isRefusal(read)) return read;
  const { head, sold } = read;
  const lines = await linesOf(context, sold);
  if ('outcome' in lines) return lines;
  const numbers = new Set(lines.flatMap(({ seatNumbers }) => seatNumbers));
  const map = await seatMapOf(context, performanceId, [...numbers]);
  if (map === undefined) return refuse('not_found', { what: 'performance' });
  if (isRefusal(map)) return map;
  return { ...head, sections: map.sections, lines: labelled(lines, (seat) => map.labelOf(seat)) };
}

async function soldIn(tx: Transaction, performanceId: string): Promise<readonly Sold[]> {
  const sold: Sold[] = [];
  let after = BEFORE_ALL;
  for (;;) {
    const piece = await tx.run(readPiece, [performanceId, after, PIECE_SIZE]);
    for (const row of piece) sold.push(row);
    if (piece.length < PIECE_SIZE) return sold;
    after = piece.at(-1)!.reservation_id;
  }
}

/** The lines of the reservations, the earliest first. */
function linesOf(context: SalesContext, sold: readonly Sold[]): Promise<readonly Line[] | ReadRefusal> {
  return reading({ ...context, database: accountsOf(context) }, async (connection) => {
    const lines: Line[] = [];
    for (let from = 0; from < sold.length; from += PIECE_SIZE) {
      const piece = sold.slice(from, from + PIECE_SIZE);
      const entries = await connection.read(readEntries, [
        piece.map((row) => row.account_id),
        piece.map((row) => row.reservation_id),
      ]);
      const byId = new Map(piece.map((row) => [row.reservation_id, row]));
      for (const [i, entry] of entries.entries()) {
        const line = lineOf(byId.get(entry.reservation_id)!, entry, entries[i + 1]);
        if (line !== undefined) lines.push(line);
      }
    }
    return lines.sort((a, b) => a.at.getTime() - b.at.getTime());
  });
}

/** The line of an entry; undefined of a refund that is newer than the reservation was read. `next` is the entry after it. */
function lineOf(sold: Sold, entry: Entry, next: Entry | undefined): Line | undefined {
  const { refunded_seats: refunded, reservation_id: reservationId } = sold;
  if (entry.kind === 'refund' && entry.part >= refunded.length) return undefined;
  // A refund gave back the seats from its part to that of the next refund.
  const end = next?.reservation_id === reservationId && next.kind === 'refund' ? next.part : undefined;
  const seatNumbers = entry.kind === 'refund' ? refunded.slice(entry.part, end) : sold.seat_ids;
  return {
    at: entry.created_at,
    kind: entry.kind as Line['kind'],
    reservationId,
    accountId: sold.account_id,
    seatNumbers,
    prices: pricesOf(sold, seatNumbers),
    amount: entry.amount,
  };
}

/** What each of the line's seats took; undefined where the books do not know every one. */
function pricesOf({ seat_ids: all, prices }: Sold, seats: readonly number[]): number[] | undefined {
  const found = seats.map((seat) => prices?.[all.indexOf(seat)]);
  return prices?.length === all.length && !found.includes(undefined) ? (found as number[]) : undefined;
}

function* labelled(
  lines: readonly Line[],
  labelOf: (seat: number) => string,
): Generator<SaleLine, undefined, undefined> {
  for (const { seatNumbers, ...line } of lines) yield { ...line, seats: seatNumbers.map(labelOf) };
  return undefined;
}
