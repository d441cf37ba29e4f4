/** Sales for a chart: running totals at a bounded number of moments. */
import { statement } from '../../db/statement.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import { accountsOf } from '../../operations/strategy.ts';
import type { BoxOfficeContext } from '../context.ts';
import { findPerformance } from './sales.ts';
import { inSnapshot } from './snapshot.ts';

export const SALES_POINTS_MAX = 2_000;
export const SALES_POINTS_DEFAULT = 600;

/** Running totals of a performance's payments and refunds at one moment. */
export interface SalesOverTime {
  readonly performanceId: string;
  /** The database's time of the snapshot. */
  readonly at: Date;
  /** The earliest first; the last has the totals of all payments and refunds. */
  readonly points: readonly SalesPoint[];
}

/** The totals of all payments and refunds up to and including `at`. Money is in minor units. */
export interface SalesPoint {
  readonly at: Date;
  /** Seats sold and not refunded. */
  readonly seats: number;
  readonly payments: number;
  readonly refunds: number;
  /** Payments less refunds. */
  readonly revenue: number;
}

// The reservations go from one statement to the other as the text of arrays: the service need not read them.
const readSold = statement({
  name: 'sales_points_sold',
  group: 'performance',
  params: ['text'],
  columns: { accounts: 'text', reservations: 'text', seats: 'text', refunded: 'text' },
  text: `
    select
      coalesce(array_agg(r.account_id::text), '{}')::text as accounts,
      coalesce(array_agg(r.reservation_id), '{}')::text as reservations,
      coalesce(array_agg(cardinality(r.seat_ids)), '{}')::text as seats,
      coalesce(array_agg(cardinality(r.refunded_seats)), '{}')::text as refunded
    from reservation as r
    where r.performance_id = $1 and r.state in ('confirmed', 'refunding', 'refunded')`,
});

// Divides the time from the first entry to the last into equal parts. Each part with entries is one point, at
// the time of its last entry. It reads the entries of the reservations by the same index as `sales_entries`; a refund that is
// newer than its reservation was read is left out.
const readPoints = statement({
  name: 'sales_points',
  group: 'account',
  params: ['text', 'text', 'text', 'text', 'integer'],
  columns: { at: 'timestamp with time zone', seats: 'bigint', payments: 'bigint', refunds: 'bigint' },
  text: `
    with entry as materialized (
      select
        extract(epoch from e.created_at) as second,
        e.created_at,
        e.kind,
        abs(e.amount) as amount,
        case e.kind
          when 'refund' then coalesce(
            lead(e.part) over (partition by r.reservation_id, e.kind order by e.part), r.refunded
          ) - e.part
          else r.seats
        end as seats
      from unnest(($1::text)::text[], ($2::text)::uuid[], ($3::text)::integer[], ($4::text)::integer[])
        as r (account_id, reservation_id, seats, refunded)
      join ledger_entry as e
        on e.account_id = r.account_id and e.kind in ('payment', 'refund') and e.reservation_id = r.reservation_id
      where e.kind = 'payment' or e.part < r.refunded
    ), span as materialized (
      select min(e.second) as starts, nullif(max(e.second) - min(e.second), 0) as lasts from entry as e
    ), part as materialized (
      select
        coalesce(least($5::integer - 1, floor($5::integer * (e.second - s.starts) / s.lasts)), 0) as number,
        max(e.created_at) as at,
        coalesce(sum(e.seats) filter (where e.kind = 'payment'), 0)
          - coalesce(sum(e.seats) filter (where e.kind = 'refund'), 0) as seats,
        coalesce(sum(e.amount) filter (where e.kind = 'payment'), 0) as payments,
        coalesce(sum(e.amount) filter (where e.kind = 'refund'), 0) as refunds
      from entry as e, span as s
      group by 1
    )
    select
      p.at,
      (sum(p.seats) over so_far)::bigint as seats,
      (sum(p.payments) over so_far)::bigint as payments,
      (sum(p.refunds) over so_far)::bigint as refunds
    from part as p
    window so_far as (order by p.number)
    order by p.number`,
});

/**
 * The performance's running totals, at up to `points` moments. Refusals: `invalid_request`, `not_found`, and
 * those of a database that can't answer.
 */
export async function readSalesOverTime(
  context: Pick<BoxOfficeContext, 'database' | 'accounts' | 'deadline'>,
  performanceId: string,
  points: number = SALES_POINTS_DEFAULT,
): Promise<SalesOverTime | Refusal<'invalid_request' | 'not_found' | 'contended' | 'overloaded'>> {
  if (!Number.isInteger(points) || points < 1 || points > SALES_POINTS_MAX) {
    return refuse('invalid_request', { detail: `points: an integer from 1 to ${SALES_POINTS_MAX}` });
  }
  const read = await inSnapshot(context, async (tx) => {
    const [found] = await tx.read(findPerformance, [performanceId]);
    const [sold] = await tx.read(readSold, [performanceId]);
    return found === undefined ? undefined : { at: found.at, sold };
  });
  if (read === undefined) return refuse('not_found', { what: 'performance' });
  if (isRefusal(read)) return read;
  const { accounts = '{}', reservations = '{}', seats = '{}', refunded = '{}' } = read.sold ?? {};
  const rows = await inSnapshot({ ...context, database: accountsOf(context) }, (tx) =>
    tx.read(readPoints, [accounts, reservations, seats, refunded, points]),
  );
  if (isRefusal(rows)) return rows;
  return {
    performanceId,
    at: read.at,
    points: rows.map((row) => ({ ...row, revenue: row.payments - row.refunds })),
  };
}
