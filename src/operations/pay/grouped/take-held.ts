/** How a group takes held reservations, for good or for as long as their payments are in flight. */
import type { RowOf } from '../../../db/statement.ts';

/**
 * The parts of a statement that take the held reservations of the performance $1 with the ids $2 in the versions $3: sets the
 * reservations to `state` and their seats by `seatSql`, and makes their claims in the limit rows endless. Afterwards `alive` has
 * the reservations, `taken` and `taken_seat` a row for each that was written, `limit_row` and `counted` the limit rows that
 * were due and written.
 *
 * The guard of a group: each reservation is taken only in the version that was read. Reservations are locked in order and the
 * clock is read afterwards; then the seats in order; then the limit rows, several reservations of one account added up. A
 * claim that lapsed on the way is counted against the limit again (see pay.ts).
 */
export function takeHeldSql({
  state,
  seatSql,
}: {
  readonly state: string;
  readonly seatSql: string;
}): string {
  return `locked as materialized (
      select r.reservation_id, r.account_id, r.seat_ids, r.expires_at, r.amount
      from unnest($2::uuid[], $3::integer[]) as seen (reservation_id, version)
      join reservation as r
        on r.performance_id = $1 and r.reservation_id = seen.reservation_id and r.version = seen.version
      where r.state = 'held'
      order by r.reservation_id
      for no key update of r
    ), alive as materialized (
      select l.reservation_id, l.account_id, l.seat_ids, l.expires_at, l.amount
      from locked as l
      where l.expires_at > clock_timestamp()
    ), taken as (
      update reservation as r
      set state = '${state}', version = r.version + 1
      from alive as a
      where r.performance_id = $1 and r.reservation_id = a.reservation_id
      returning 1
    ), target as materialized (
      select s.seat_number
      from (select a.reservation_id, unnest(a.seat_ids) as seat_number from alive as a) as own
      join seat as s
        on s.performance_id = $1 and s.seat_number = own.seat_number and s.reservation_id = own.reservation_id
      where s.state = 'held'
      order by s.seat_number
      for no key update of s
    ), taken_seat as (
      update seat as s
      set ${seatSql}, version = s.version + 1, changed_by = pg_current_xact_id()
      from target
      where s.performance_id = $1 and s.seat_number = target.seat_number
      returning 1
    ), lapsing as materialized (
      select
        a.account_id,
        array_agg(a.expires_at) as claims,
        min(a.expires_at) as first,
        array_fill('infinity'::timestamptz, array[count(*)::integer]) as forever
      from (select a.account_id, a.expires_at, unnest(a.seat_ids) from alive as a) as a
      group by a.account_id
    ), limit_row as materialized (
      select l.account_id, a.claims, a.first, a.forever
      from lapsing as a
      join claim_limit as l on l.performance_id = $1 and l.account_id = a.account_id
      where (select count(*) from taken_seat) >= 0
      order by l.account_id
      for no key update of l
    ), counted as (
      update claim_limit as l
      set claims = without_claims(live_claims(l.claims), a.claims) || a.forever
      from limit_row as a
      where l.performance_id = $1
        and l.account_id = a.account_id
        and (
          a.first > clock_timestamp()
          or cardinality(without_claims(live_claims(l.claims), a.claims)) + cardinality(a.forever)
            <= (select p.seat_limit from performance as p where p.performance_id = $1)
        )
      returning 1
    )`;
}

/** What has been taken, for the end of that statement. */
export const TAKEN_SQL = `
      (select count(*) from taken)::integer as reservations,
      (select count(*) from taken_seat)::integer as seats,
      (select count(*) from counted)::integer as limits,
      (select count(*) from limit_row)::integer as limits_due,
      pg_current_xact_id()::text as xid`;

export const TAKEN_COLUMNS = {
  reservations: 'integer',
  seats: 'integer',
  limits: 'integer',
  limits_due: 'integer',
  xid: 'text',
} as const;

/** Whether all that the group wanted has been taken. */
export function isAllTaken(
  taken: RowOf<typeof TAKEN_COLUMNS> | undefined,
  wanted: readonly { readonly seat_ids: readonly number[] }[],
): taken is RowOf<typeof TAKEN_COLUMNS> {
  const seats = wanted.reduce((sum, { seat_ids: ids }) => sum + ids.length, 0);
  return taken?.reservations === wanted.length && taken.seats === seats && taken.limits === taken.limits_due;
}
