/** The seats of the reservation `r` whose refund is in flight: still sold, but no ticket of theirs is valid. Empty for most. */
export const REFUNDING_SEATS_SQL = `coalesce((
        select a.seats
        from payment_attempt as a
        where a.performance_id = r.performance_id
          and a.reservation_id = r.reservation_id
          and a.kind = 'refund'
          and a.outcome is null
          and r.state = 'refunding'
      ), '{}')`;
