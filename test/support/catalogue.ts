import type { TestDatabase } from './database.ts';

export interface PlantedPerformance {
  /** Lower-case letters, digits and hyphens, at most 50 characters; one of its own by default. */
  readonly performanceId?: string;
  /** How many seats, numbered from 1 and labelled `A-1-<number>`, all of grade R. */
  readonly seats?: number;
  /** Minor units, of every seat. */
  readonly price?: number;
  readonly seatLimit?: number | null;
  readonly holdSeconds?: number;
  readonly opensAt?: Date;
  readonly closesAt?: Date | null;
  readonly refundableUntil?: Date | null;
}

let planted = 0;

// One statement, so that a performance is there whole or not at all.
const plantText = `
  with new_venue as (
    insert into venue (venue_id, name) values ($1 || '-venue', jsonb_build_object('en', 'Hall ' || $1)) returning venue_id
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

/**
 * Plants a performance that is on sale now, with a venue and a concert of its own (`<id>-venue`, `<id>-concert`), and
 * returns its id. By default: 10 seats at 50,000, held for 300 seconds, four per account, refundable without end.
 */
export async function plantPerformance(
  database: TestDatabase,
  options: PlantedPerformance = {},
): Promise<string> {
  planted += 1;
  const performanceId = options.performanceId ?? `performance-${planted}`;
  await database.sql(plantText, [
    performanceId,
    options.seats ?? 10,
    options.price ?? 50_000,
    options.opensAt ?? new Date(Date.now() - 3_600_000),
    options.closesAt ?? null,
    options.refundableUntil ?? null,
    options.holdSeconds ?? 300,
    options.seatLimit === undefined ? 4 : options.seatLimit,
  ]);
  return performanceId;
}
