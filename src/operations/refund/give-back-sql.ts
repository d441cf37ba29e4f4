/** What a refund writes of the reservation, in one transaction or in several. */

/**
 * The parts of a statement that lock the confirmed reservation $2 of the performance $1 and the account $3. `given` has the
 * seats that it gives back, which are $5, or all that are left if null, and those that were given back before. Of the named
 * seats each must still be the reservation's.
 */
export const GIVEN_SQL = `locked as materialized (
      select r.performance_id, r.seat_ids, r.refunded_seats, kept_seats(r.seat_ids, r.refunded_seats) as kept
      from reservation as r
      where r.performance_id = $1 and r.reservation_id = $2 and r.account_id = $3 and r.state = 'confirmed'
      for no key update
    ), given as materialized (
      select l.performance_id, l.refunded_seats, coalesce($5, l.kept) as seats, l.kept
      from locked as l
      where coalesce($5, l.kept) <@ l.kept
    )`;

/**
 * Whether that reservation may still be refunded. $4: by an operator, whom no deadline binds. The deadline is the
 * performance's; a cancelled one has none. Asked for by the locked row, it can only be compared after the row is locked,
 * whatever order the planner joins in.
 */
export const IN_TIME_SQL = `($4 or clock_timestamp() < coalesce((
        select p.refundable_until
        from performance as p
        where p.performance_id = given.performance_id and p.sale_state <> 'cancelled'
      ), 'infinity'))`;

/** What the seats of the reservation `r`, which is $2 of $1, took. It is kept for the books at the first refund: once free, they forget it. */
export const PRICES_SQL = `coalesce(r.seat_prices, (
          select array_agg(s.price order by array_position(r.seat_ids, s.seat_number))
          from seat as s
          where s.performance_id = $1 and s.seat_number = any(r.seat_ids) and s.reservation_id = $2
        ))`;
