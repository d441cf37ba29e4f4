/** Sales for a chart: running totals at a bounded number of moments. */
import { statement } from '../../db/statement.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { BoxOfficeContext } from '../context.ts';
import { findPerformance, REFUND_SEATS_SQL } from './sales.ts';
import { inSnapshot } from './snapshot.ts';

export const SALES_POINTS_MAX = 2_000;
export const SALES_POINTS_DEFAULT = 600;

/** Running totals of a performance's payments and refunds, in one snapshot. */
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

// Divides the time from the first entry to the last into equal parts. Each part with entries is one point, at
// the time of its last entry. It reads reservations and their entries by the same index as `sales_piece`.
const readPoints = statement({
  name: 'sales_points',
  group: 'same-server',
  params: ['text', 'integer'],
  columns: { at: 'timestamp with time zone', seats: 'bigint', payments: 'bigint', refunds: 'bigint' },
  text: `
    with entry as materialized (
      select
        extract(epoch from e.created_at) as second,
        e.created_at,
        e.kind,
        abs(e.amount) as amount,
        cardinality(case e.kind
          when 'refund' then ${REFUND_SEATS_SQL}
          else r.seat_ids
        end) as seats
      from reservation as r
      join ledger_entry as e
        on e.account_id = r.account_id and e.kind in ('payment', 'refund') and e.reservation_id = r.reservation_id
      where r.performance_id = $1 and r.state in ('confirmed', 'refunding', 'refunded')
    ), span as materialized (
      select min(e.second) as starts, nullif(max(e.second) - min(e.second), 0) as lasts from entry as e
    ), part as materialized (
      select
        coalesce(least($2::integer - 1, floor($2::integer * (e.second - s.starts) / s.lasts)), 0) as number,
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
  context: Pick<BoxOfficeContext, 'database'>,
  performanceId: string,
  points: number = SALES_POINTS_DEFAULT,
): Promise<SalesOverTime | Refusal<'invalid_request' | 'not_found' | 'contended' | 'overloaded'>> {
  if (!Number.isInteger(points) || points < 1 || points > SALES_POINTS_MAX) {
    return refuse('invalid_request', { detail: `points: an integer from 1 to ${SALES_POINTS_MAX}` });
  }
  const read = await inSnapshot(context, async (tx) => {
    const [found] = await tx.read(findPerformance, [performanceId]);
    if (found === undefined) return undefined;
    const rows = await tx.read(readPoints, [performanceId, points]);
    return {
      performanceId,
      at: found.at,
      points: rows.map((row) => ({ ...row, revenue: row.payments - row.refunds })),
    };
  });
  return read ?? refuse('not_found', { what: 'performance' });
}
