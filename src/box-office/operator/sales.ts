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
import { seatMapOf } from '../context.ts';
import type { BoxOfficeContext } from '../context.ts';
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

/** The seats that the refund `e` of the reservation `r` gave back: from its part to that of the next refund. */
export const REFUND_SEATS_SQL = `r.refunded_seats[e.part + 1:coalesce(
          lead(e.part) over (partition by r.reservation_id, e.kind order by e.part), cardinality(r.refunded_seats)
        )]`;

// Reads reservations, whose key begins with the performance, and their entries by the unique index on
// (account, kind, reservation), so every piece costs the same, however long the list and the ledger are. A
// reservation without its payment, which only the audit reports, still moves the reading on.
const readPiece = statement({
  name: 'sales_piece',
  group: 'same-server',
  params: ['text', 'uuid', 'integer'],
  columns: {
    reservation_id: 'uuid',
    account_id: 'text',
    seat_ids: 'integer[]',
    prices: 'bigint[]?',
    seats: 'integer[]',
    kind: 'text?',
    amount: 'bigint?',
    created_at: 'timestamp with time zone?',
  },
  text: `
    with piece as materialized (
      select r.reservation_id, r.account_id, r.seat_ids, r.seat_prices, r.refunded_seats, r.amount
      from reservation as r
      where r.performance_id = $1 and r.reservation_id > $2 and r.state in ('confirmed', 'refunding', 'refunded')
      order by r.reservation_id
      limit $3::integer
    )
    select
      r.reservation_id,
      r.account_id::text as account_id,
      r.seat_ids,
      coalesce(r.seat_prices, case cardinality(r.seat_ids) when 1 then array[r.amount] end, (
        select array_agg(s.price order by array_position(r.seat_ids, s.seat_number))
        from seat as s
        where s.performance_id = $1 and s.seat_number = any(r.seat_ids) and s.reservation_id = r.reservation_id
      )) as prices,
      case e.kind
        when 'refund' then ${REFUND_SEATS_SQL}
        else r.seat_ids
      end as seats,
      e.kind::text as kind,
      abs(e.amount) as amount,
      e.created_at
    from piece as r
    left join ledger_entry as e
      on e.account_id = r.account_id and e.kind in ('payment', 'refund') and e.reservation_id = r.reservation_id
    order by r.reservation_id, e.kind, e.part`,
});

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

type Line = Omit<SaleLine, 'seats'> & { readonly seatNumbers: readonly number[] };

/**
 * Every payment and refund of the performance in one snapshot. All are read before the first is returned, so that a slow
 * consumer holds no connection.
 */
export async function listSales(
  context: BoxOfficeContext,
  performanceId: string,
): Promise<SaleList | Refusal<'not_found' | 'contended' | 'overloaded'>> {
  const read = await inSnapshot(context, async (tx) => {
    const [found] = await tx.run(findHead, [performanceId]);
    if (found === undefined) return undefined;
    const head = { title: found.title as LocalText, timeZone: found.time_zone, ...(await readCurrency(tx)) };
    return { head, lines: await linesIn(tx, performanceId) };
  });
  if (read === undefined) return refuse('not_found', { what: 'performance' });
  if (isRefusal(read)) return read;
  const { head, lines } = read;
  const numbers = new Set(lines.flatMap(({ seatNumbers }) => seatNumbers));
  const map = await seatMapOf(context, performanceId, [...numbers]);
  if (map === undefined) return refuse('not_found', { what: 'performance' });
  if (isRefusal(map)) return map;
  return { ...head, sections: map.sections, lines: labelled(lines, (seat) => map.labelOf(seat)) };
}

async function linesIn(tx: Transaction, performanceId: string): Promise<readonly Line[]> {
  const lines: Line[] = [];
  let after = BEFORE_ALL;
  for (;;) {
    const piece = await tx.run(readPiece, [performanceId, after, PIECE_SIZE]);
    const last = piece.at(-1);
    if (last === undefined) return lines.sort((a, b) => a.at.getTime() - b.at.getTime());
    for (const row of piece) {
      const line = lineOf(row);
      if (line !== undefined) lines.push(line);
    }
    after = last.reservation_id;
  }
}

function lineOf(row: RowOf<(typeof readPiece)['columns']>): Line | undefined {
  const { kind, amount, created_at: at } = row;
  if (kind === null || amount === null || at === null) return undefined;
  return {
    at,
    kind: kind as Line['kind'],
    reservationId: row.reservation_id,
    accountId: row.account_id,
    seatNumbers: row.seats,
    prices: pricesOf(row),
    amount,
  };
}

/** What each of the line's seats took; undefined where the books do not know every one. */
function pricesOf({
  seats,
  seat_ids: all,
  prices,
}: Pick<RowOf<(typeof readPiece)['columns']>, 'seats' | 'seat_ids' | 'prices'>): number[] | undefined {
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
