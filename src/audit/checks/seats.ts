/** The performance's side: invariants 1, 7 and 8, and the part of 2 that concerns seats. */
import type { AcrossCheck, TimedCheck, TimelessCheck } from './checks.ts';
import { acrossCheck, timelessCheck, timedCheck } from './checks.ts';

// "At most one live claim" by the reservations. Also finds a reservation that names a seat twice.
const seatsClaimedTwice = timedCheck(
  1,
  'performance',
  'audit_seats_claimed_twice',
  `
    select
      count(*) over () as violations,
      format(
        'seat %s of %s is claimed %s times: by %s',
        c.seat_number, r.performance_id, count(*), string_agg(r.reservation_id::text, ', ' order by r.reservation_id)
      ) as example
    from reservation as r
    cross join unnest(kept_seats(r.seat_ids, r.refunded_seats)) as c (seat_number)
    where r.state in ('paying', 'confirmed', 'refunding') or r.state = 'held' and r.expires_at > $2
    group by r.performance_id, c.seat_number
    having count(*) > 1
    order by r.performance_id, c.seat_number`,
);

// The same by the seats. An expired hold's seat is free, whatever its row says, so it is not checked. A seat
// sold to an unconfirmed reservation belongs to invariant 2.
const seatsClaimedByNobody = timedCheck(
  1,
  'performance',
  'audit_seats_claimed_by_nobody',
  `
    select
      count(*) over () as violations,
      format(
        'seat %s of %s is %s by reservation %s, which %s',
        s.seat_number, s.performance_id, s.state, coalesce(s.reservation_id::text, '(none)'),
        case
          when r.reservation_id is null then 'does not exist'
          when s.seat_number <> all (r.seat_ids) then 'does not name it'
          when s.seat_number = any (r.refunded_seats) then 'gave it back'
          else format('is %s and expires at %s', r.state, r.expires_at)
        end
      ) as example
    from seat as s
    left join reservation as r
      on r.performance_id = s.performance_id and r.reservation_id = s.reservation_id
    where (s.state = 'sold' or s.state = 'held' and s.held_until > $2)
      and (
        r.reservation_id is null
        or s.seat_number <> all (r.seat_ids)
        or r.state in ('confirmed', 'refunding') and s.seat_number = any (r.refunded_seats)
        or s.state = 'held' and r.state <> 'paying' and (r.state <> 'held' or r.expires_at <= $2)
      )
    order by s.performance_id, s.seat_number`,
);

// An unexpired hold owns each of its seats, until exactly the moment that its reservation names; one that is being paid owns
// them however long that takes.
const seatsLostByHolds = timedCheck(
  1,
  'performance',
  'audit_seats_lost_by_holds',
  `
    select
      count(*) over () as violations,
      format(
        'reservation %s of %s is %s until %s, but its seat %s is %s',
        r.reservation_id, r.performance_id, r.state, k.held_until, c.seat_number,
        case
          when s.state is null then 'not there'
          when s.reservation_id = r.reservation_id then format('%s until %s', s.state, coalesce(s.held_until::text, 'ever'))
          else format('%s, by %s', s.state, coalesce(s.reservation_id::text, 'nobody'))
        end
      ) as example
    from reservation as r
    cross join unnest(kept_seats(r.seat_ids, r.refunded_seats)) as c (seat_number)
    cross join lateral (
      select case r.state when 'paying' then 'infinity' else r.expires_at end as held_until
    ) as k
    left join seat as s on s.performance_id = r.performance_id and s.seat_number = c.seat_number
    where (r.state = 'paying' or r.state = 'held' and r.expires_at > $2)
      and (
        s.reservation_id is distinct from r.reservation_id
        or s.state is distinct from 'held'
        or s.held_until is distinct from k.held_until
      )
    order by r.performance_id, r.reservation_id, c.seat_number`,
);

const confirmedWithoutSeats = timelessCheck(
  2,
  'performance',
  'audit_confirmed_without_seats',
  `
    select
      count(*) over () as violations,
      format(
        'reservation %s of %s is confirmed, but not sold to it: %s',
        r.reservation_id, r.performance_id, string_agg(c.seat_number::text, ', ' order by c.seat_number)
      ) as example
    from reservation as r
    cross join unnest(kept_seats(r.seat_ids, r.refunded_seats)) as c (seat_number)
    left join seat as s on s.performance_id = r.performance_id and s.seat_number = c.seat_number
    where r.state in ('confirmed', 'refunding')
      and (s.state is distinct from 'sold' or s.reservation_id is distinct from r.reservation_id)
    group by r.performance_id, r.reservation_id
    order by r.performance_id, r.reservation_id`,
);

// Also "refunded ⇔ no seat": a refunded, released or expired reservation has no sold seat.
const soldUnconfirmed = timelessCheck(
  2,
  'performance',
  'audit_sold_unconfirmed',
  `
    select
      count(*) over () as violations,
      format(
        'seat %s of %s is sold to reservation %s, which is %s',
        s.seat_number, s.performance_id, s.reservation_id, r.state
      ) as example
    from seat as s
    join reservation as r on r.performance_id = s.performance_id and r.reservation_id = s.reservation_id
    where s.state = 'sold' and r.state not in ('confirmed', 'refunding')
    order by s.performance_id, s.seat_number`,
);

// A reservation costs what its seats took when they were held: those that it has, and by its refunds those
// that it gave back. Only where it owns all that it should: the checks above find the others.
const amountsAgainstSeats = acrossCheck(
  2,
  'audit_amounts_against_seats',
  `
    select
      count(*) over () as violations,
      format(
        'reservation %s of %s costs %s, but its seats took %s and %s was repaid',
        r.reservation_id, r.performance_id, r.amount, sum(s.price), coalesce(given.amount, 0)
      ) as example,
      r.reservation_id
    from reservation as r
    join seat as s
      on s.performance_id = r.performance_id
      and s.seat_number = any(r.seat_ids)
      and s.reservation_id = r.reservation_id
      and s.state <> 'free'
    left join lateral (
      select sum(e.amount) as amount
      from ledger_entry as e
      where e.account_id = r.account_id and e.kind = 'refund' and e.reservation_id = r.reservation_id
    ) as given on cardinality(r.refunded_seats) > 0
    where r.state in ('held', 'paying', 'confirmed', 'refunding')
    group by r.performance_id, r.reservation_id, r.amount, r.seat_ids, r.refunded_seats, given.amount
    having count(*) = cardinality(kept_seats(r.seat_ids, r.refunded_seats))
      and sum(s.price) + coalesce(given.amount, 0) <> r.amount
    order by r.performance_id, r.reservation_id`,
);

// A cancelled performance has a cancellation, and once that is complete nobody has anything of it any more.
const cancelledAndClaimed = timelessCheck(
  2,
  'performance',
  'audit_cancelled_and_claimed',
  `
    select
      count(*) over () as violations,
      case
        when c.performance_id is null then format('performance %s is cancelled, and no cancellation says so', p.performance_id)
        else format(
          'the cancellation of %s is complete, but reservation %s is %s', p.performance_id, r.reservation_id, r.state
        )
      end as example
    from performance as p
    left join cancellation as c on c.performance_id = p.performance_id
    left join reservation as r
      on r.performance_id = p.performance_id and c.completed_at is not null and r.state in ('held', 'paying', 'confirmed', 'refunding')
    where p.sale_state = 'cancelled' and (c.performance_id is null or r.reservation_id is not null)
    order by p.performance_id, r.reservation_id`,
);

// Refunded ⇔ every seat is given back. A program can't break these rules while the table's constraint stands.
const refundedSeats = timelessCheck(
  2,
  'performance',
  'audit_refunded_seats',
  `
    select
      count(*) over () as violations,
      format(
        'reservation %s of %s, %s, has seats {%s} and gave back {%s}',
        r.reservation_id, r.performance_id, r.state,
        array_to_string(r.seat_ids, ', '), array_to_string(r.refunded_seats, ', ')
      ) as example
    from reservation as r
    where (cardinality(r.refunded_seats) > 0 or r.state = 'refunded')
      and (
        r.state not in ('confirmed', 'refunding', 'refunded')
        or (r.state = 'refunded') <> (cardinality(kept_seats(r.seat_ids, r.refunded_seats)) = 0)
        or not r.refunded_seats <@ r.seat_ids
        or cardinality(r.refunded_seats) <> (select count(distinct g) from unnest(r.refunded_seats) as g)
      )
    order by r.performance_id, r.reservation_id`,
);

// A reservation's key is not stored: its id is derived from it, so one id is one key.
const repeatedReservations = timelessCheck(
  5,
  'performance',
  'audit_repeated_reservations',
  `
    with fault as (
      select format('reservation %s of %s is there %s times', r.reservation_id, r.performance_id, count(*)) as example
      from reservation as r
      group by r.performance_id, r.reservation_id
      having count(*) > 1
      union all
      select format('reservation %s of %s has no request hash', r.reservation_id, r.performance_id)
      from reservation as r
      where r.request_hash is null or length(r.request_hash) = 0
    )
    select count(*) over () as violations, f.example
    from fault as f
    order by f.example`,
);

// Compares with the venue's map. Free, held and sold seats make up all seats if each row is one of the three.
const seatsAgainstMap = timelessCheck(
  7,
  'performance',
  'audit_seats_against_map',
  `
    with place as (
      select p.performance_id, v.seat_number
      from performance as p
      join venue_seat as v on v.venue_id = p.venue_id
    )
    select
      count(*) over () as violations,
      format(
        'seat %s of %s is %s',
        coalesce(s.seat_number, p.seat_number), coalesce(s.performance_id, p.performance_id),
        case
          when s.seat_number is null then 'on the map of its venue and missing'
          when p.seat_number is null then 'not on the map of its venue'
          else format('%s, which its other columns contradict', s.state)
        end
      ) as example
    from seat as s
    full join place as p on p.performance_id = s.performance_id and p.seat_number = s.seat_number
    where s.seat_number is null
      or p.seat_number is null
      or (s.state = 'free') <> (s.reservation_id is null)
      or (s.state = 'held') <> (s.held_until is not null)
    order by coalesce(s.performance_id, p.performance_id), coalesce(s.seat_number, p.seat_number)`,
);

// An account's limit row must count exactly what its reservations claim, or it mismeasures the next hold; and
// the claims must be within the limit. A performance without a limit has no limit rows.
const claimsAgainstLimit = timedCheck(
  8,
  'performance',
  'audit_claims_against_limit',
  `
    with claimed as (
      select r.performance_id, r.account_id, array_agg(k.claim order by k.claim) as claims
      from reservation as r
      cross join unnest(kept_seats(r.seat_ids, r.refunded_seats))
      cross join lateral (
        select case when r.state in ('paying', 'confirmed', 'refunding') then 'infinity' else r.expires_at end as claim
      ) as k
      where r.state in ('paying', 'confirmed', 'refunding') or r.state = 'held' and r.expires_at > $2
      group by r.performance_id, r.account_id
    ), counted as (
      select l.performance_id, l.account_id, array_agg(c.claim order by c.claim) as claims
      from claim_limit as l
      cross join unnest(l.claims) as c (claim)
      where c.claim > $2
      group by l.performance_id, l.account_id
    ), compared as (
      select
        performance_id,
        account_id,
        claimed.claims as claims,
        coalesce(cardinality(claimed.claims), 0) as seats,
        coalesce(cardinality(counted.claims), 0) as counted_seats,
        claimed.claims is distinct from counted.claims as miscounted
      from claimed
      full join counted using (performance_id, account_id)
    )
    select
      count(*) over () as violations,
      format(
        'account %s holds and owns %s seats of %s, whose limit is %s; its limit row counts %s%s',
        c.account_id, c.seats, c.performance_id, p.seat_limit, c.counted_seats,
        case when c.miscounted and c.seats = c.counted_seats then ' with other expiries' else '' end
      ) as example
    from compared as c
    join performance as p on p.performance_id = c.performance_id
    where p.seat_limit is not null and (c.miscounted or c.seats > p.seat_limit)
    order by c.performance_id, c.account_id`,
);

export const TIMED_SEAT_CHECKS: readonly TimedCheck[] = [
  seatsClaimedTwice,
  seatsClaimedByNobody,
  seatsLostByHolds,
  claimsAgainstLimit,
];

export const SEAT_CHECKS: readonly TimelessCheck[] = [
  confirmedWithoutSeats,
  soldUnconfirmed,
  refundedSeats,
  cancelledAndClaimed,
  seatsAgainstMap,
  repeatedReservations,
];

export const SEAT_ACROSS_CHECKS: readonly AcrossCheck[] = [amountsAgainstSeats];
