/**
 * Atomic hold: one statement that locks the seats if they are free, counts them against the limit, takes them
 * and writes the reservation, or writes nothing; it commits by itself.
 *
 * Promise: of the requests for a seat one wins; the others fail as soon as the winner commits and learn that
 * it is taken.
 * Statements: one, in one round trip; a loser sends two more to learn why.
 * A loser costs: no row written; it waits for the winner's commit when it comes in the same moment.
 * Not for: work that must happen between the read and the write. When the connection dies under the statement
 * nobody knows the transaction's id, so the answer is `outcome_unknown`: send it again with the same key.
 */
import { statement } from '../../db/statement.ts';
import { holdStrategy } from './hold.ts';

// Every part reads the one before it, which fixes the order: lock the seats, all of them or go no further;
// the limit row; the seats; the reservation. A duplicate's reservation raises a unique violation, and the
// statement undoes itself.
const hold = statement({
  name: 'hold_atomic',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'text', 'integer[]', 'bytea'],
  columns: { amount: 'bigint', expires_at: 'timestamp with time zone' },
  text: `
    with sale as materialized (
      select
        p.seat_limit,
        p.seat_limit * p.hold_budget as budget,
        p.sale_closes_at,
        p.hold_seconds
      from performance as p
      where p.performance_id = $1
        and p.sale_state = 'open'
        and p.sale_opens_at <= clock_timestamp()
        and (p.sale_closes_at > clock_timestamp() or p.sale_closes_at is null)
    ), target as materialized (
      select s.seat_number
      from seat as s
      where s.performance_id = $1
        and s.seat_number = any($4)
        and (s.state = 'free' or s.state = 'held' and s.held_until <= clock_timestamp())
        and exists (select from sale)
      order by s.seat_number
      for no key update
    ), complete as materialized (
      select
        sale.seat_limit,
        sale.budget,
        date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => sale.hold_seconds) as held_until
      from sale
      where case
        when (select count(*) from target) = cardinality($4)
        then clock_timestamp() < coalesce(sale.sale_closes_at, 'infinity')
        else false
      end
    ), counted as (
      insert into claim_limit as l (performance_id, account_id, claims)
      select $1, $3, array_fill(c.held_until, array[cardinality($4)])
      from complete as c
      where c.seat_limit is not null and cardinality($4) <= c.seat_limit
      on conflict (performance_id, account_id) do update
      set claims = kept_claims(l.claims) || excluded.claims
      where cardinality(live_claims(l.claims)) + cardinality(excluded.claims) <= (select c.seat_limit from complete as c)
        and hold_allowed_at(l.claims, (select c.budget from complete as c)) is null
      returning 1
    ), held as (
      update seat as s
      set state = 'held',
          version = s.version + 1,
          price = s.list_price,
          reservation_id = $2,
          held_until = c.held_until,
          changed_by = pg_current_xact_id()
      from target, complete as c
      where s.performance_id = $1
        and s.seat_number = target.seat_number
        and (c.seat_limit is null or exists (select from counted))
      returning s.price, s.held_until
    )
    insert into reservation as r (
      performance_id, reservation_id, account_id, seat_ids, amount, expires_at, created_at, request_hash
    )
    select $1, $2, $3, $4, sum(h.price), h.held_until, clock_timestamp(), $5
    from held as h
    group by h.held_until
    returning r.amount, r.expires_at`,
});

export const atomicHold = holdStrategy(
  {
    name: 'atomic',
    contention: 'one-wins-rest-refused',
    meanwhile: 'works-too',
    detects: 'statement',
    use: 'service',
  },
  async (connection, command, hooks) => {
    await hooks.racePoint?.('hold: between read and write');
    const { performanceId, reservationId, accountId, seats, requestHash } = command;
    const [row] = await connection.autocommit(hold, [
      performanceId,
      reservationId,
      accountId,
      seats,
      requestHash,
    ]);
    if (row === undefined) return undefined;
    return {
      outcome: 'held',
      performanceId,
      reservationId,
      seats,
      amount: row.amount,
      expiresAt: row.expires_at,
      state: 'held',
    };
  },
);
