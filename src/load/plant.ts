/** Plants wallets and performances straight into the tables, for a measurement or a test. */
import type { Queryable } from '../db/pool.ts';

/** Tables that purchases write, in an order in which they can be emptied. */
export const PURCHASE_TABLES = [
  'settlement',
  'ledger_entry',
  'wallet',
  'payment_attempt',
  'claim_limit',
  'reservation',
  'seat',
] as const;

/** Tables that an import writes, in an order in which they can be emptied after the former. */
export const CATALOGUE_TABLES = [
  'cancellation',
  'performance_grade',
  'performance',
  'concert',
  'venue_seat',
  'venue_seat_removed',
  'venue',
] as const;

export interface PlantedPerformance {
  /** Lower-case letters, digits and hyphens, at most 50 characters. */
  readonly performanceId: string;
  /** How many seats, numbered from 1 and labelled `A-1-<number>`, all of grade R. */
  readonly seats: number;
  /** Minor units, of every seat. */
  readonly price: number;
  readonly holdSeconds: number;
  readonly seatLimit?: number | null;
  /** How often an hour an account may hold as many seats as its limit without paying; the table's default. */
  readonly holdBudget?: number | null;
  /** An hour ago by default. */
  readonly opensAt?: Date;
  readonly closesAt?: Date | null;
  readonly refundableUntil?: Date | null;
}

/** Plants a performance on sale, with a venue and a concert of its own (`<id>-venue`, `<id>-concert`). */
export async function plantPerformance(pool: Queryable, performance: PlantedPerformance): Promise<void> {
  const { performanceId, seats, price, holdSeconds, seatLimit = null, holdBudget } = performance;
  const { opensAt = new Date(Date.now() - 3_600_000), closesAt = null, refundableUntil = null } = performance;
  const sale = [opensAt, closesAt, refundableUntil, holdSeconds, seatLimit];
  await pool.query(insertPerformance, [performanceId, seats, price, ...sale]);
  if (holdBudget === undefined) return;
  // Apart, so that a schema without budgets can be planted, too.
  await pool.query('update performance set hold_budget = $2 where performance_id = $1', [
    performanceId,
    holdBudget,
  ]);
}

/** Plants empty wallets of the accounts `<prefix>0`, `<prefix>1`, … */
export async function plantWallets(pool: Queryable, prefix: string, count: number): Promise<void> {
  await pool.query(insertWallets, [prefix, count]);
}

const insertWallets = `
  insert into wallet (account_id)
  select $1::text || n from generate_series(0, $2::int - 1) as n`;

// One statement, so that a performance is planted whole or not at all.
const insertPerformance = `
  with new_venue as (
    insert into venue (venue_id, name) values ($1 || '-venue', jsonb_build_object('en', 'Hall ' || $1))
    returning venue_id
  ), new_concert as (
    insert into concert (concert_id, title) values ($1 || '-concert', jsonb_build_object('en', 'Concert ' || $1))
    returning concert_id
  ), new_venue_seat as (
    insert into venue_seat (venue_id, seat_number, label, section, row_name, seat_name, grade, x, y)
    select v.venue_id, n, 'A-1-' || n, 'A', '1', n::text, 'R', n, 0
    from new_venue as v, generate_series(1, $2::int) as n
  ), new_performance as (
    insert into performance (
      performance_id, concert_id, venue_id, starts_at, sale_state, sale_opens_at, sale_closes_at, refundable_until,
      hold_seconds, seat_limit
    )
    select $1, c.concert_id, v.venue_id, now() + interval '30 days', 'open', $4, $5, $6, $7, $8
    from new_venue as v, new_concert as c
    returning performance_id
  ), new_grade as (
    insert into performance_grade (performance_id, grade, price)
    select p.performance_id, 'R', $3 from new_performance as p
  )
  insert into seat (performance_id, seat_number, list_price)
  select p.performance_id, n, $3 from new_performance as p, generate_series(1, $2::int) as n`;
