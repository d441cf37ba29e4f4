/**
 * Unguarded hold, the control: read whether the seats are free and the limit allows them, then take them,
 * whatever has happened in between. Of two that overlap both are answered that they hold the seat, and an
 * account gets more seats than its limit. For the lab and the tests, which must see that; the service refuses
 * it.
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { holdStrategy } from './hold.ts';

const readSeats = statement({
  name: 'hold_unguarded_read',
  group: 'performance',
  params: ['text', 'integer[]', 'text'],
  columns: { seat_number: 'integer' },
  text: `
    select s.seat_number
    from seat as s
    join performance as p on p.performance_id = s.performance_id
    where s.performance_id = $1
      and s.seat_number = any($2)
      and (s.state = 'free' or s.state = 'held' and s.held_until <= clock_timestamp())
      and p.sale_state = 'open'
      and p.sale_opens_at <= clock_timestamp()
      and (p.sale_closes_at > clock_timestamp() or p.sale_closes_at is null)
      and (
        p.seat_limit is null
        or cardinality($2) + coalesce((
          select cardinality(live_claims(l.claims))
          from claim_limit as l
          where l.performance_id = $1 and l.account_id = $3
        ), 0) <= p.seat_limit
      )
      and not exists (
        select
        from claim_limit as l
        where l.performance_id = $1
          and l.account_id = $3
          and hold_allowed_at(l.claims, p.seat_limit * p.hold_budget) is not null
      )`,
});

const overwriteSeats = statement({
  name: 'hold_unguarded_write',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'integer[]'],
  columns: { seat_number: 'integer', price: 'bigint', held_until: 'timestamp with time zone' },
  text: `
    with sale as materialized (
      select date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => p.hold_seconds) as held_until
      from performance as p
      where p.performance_id = $1
    )
    update seat as s
    set state = 'held',
        version = s.version + 1,
        price = s.list_price,
        reservation_id = $2,
        held_until = sale.held_until,
        changed_by = pg_current_xact_id()
    from sale
    where s.performance_id = $1 and s.seat_number = any($3)
    returning s.seat_number, s.price, s.held_until`,
});

const recordHold = statement({
  name: 'hold_unguarded_record',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'text', 'integer[]', 'bigint', 'timestamp with time zone', 'bytea'],
  columns: {},
  text: `
    with counted as (
      insert into claim_limit as l (performance_id, account_id, claims)
      select $1::text, $3::text, array_fill($6::timestamptz, array[cardinality($4::integer[])])
      from performance as p
      where p.performance_id = $1 and p.seat_limit is not null
      on conflict (performance_id, account_id) do update set claims = kept_claims(l.claims) || excluded.claims
    )
    insert into reservation (
      performance_id, reservation_id, account_id, seat_ids, amount, expires_at, created_at, request_hash
    )
    select $1::text, $2, $3::text, $4, $5, $6, clock_timestamp(), $7`,
});

export const unguardedHold = holdStrategy(
  { name: 'unguarded', contention: 'all-succeed', meanwhile: 'works-too', detects: 'nothing', use: 'lab' },
  (connection, command, hooks) =>
    connection.transaction({}, async (tx) => {
      const { performanceId, reservationId, accountId, seats, requestHash } = command;
      const free = await tx.run(readSeats, [performanceId, seats, accountId]);
      if (free.length !== seats.length) return rollback(undefined);
      await hooks.racePoint?.('hold: between read and write');
      const claimed = await tx.run(overwriteSeats, [performanceId, reservationId, seats]);
      const amount = claimed.reduce((sum, seat) => sum + seat.price, 0);
      const expiresAt = claimed[0]!.held_until;
      await tx.run(recordHold, [
        performanceId,
        reservationId,
        accountId,
        seats,
        amount,
        expiresAt,
        requestHash,
      ]);
      return commit({
        outcome: 'held',
        performanceId,
        reservationId,
        seats,
        amount,
        expiresAt,
        state: 'held',
      });
    }),
);
