/**
 * Constraint hold: insert the seat's claim and let the primary key find the conflict; take over what is free
 * or expired (`insert … on conflict do update where`).
 *
 * Promise: of the requests for a seat one wins; the others wait for its row, then learn that the seat is
 * taken.
 * Statements: begin, claim, record, commit; a loser: begin, claim, rollback and two to learn why.
 * The hold's time begins with its statement: a wait for somebody else's row is taken off it.
 * A loser costs: its wait, and a lock on the row that it did not get: PostgreSQL locks a conflicting row also
 * when the condition then fails.
 * Not for: anything where `atomic` does: seats are rows made beforehand here, so the insert never inserts
 * (docs/decisions/0003).
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { holdStrategy, writeHold } from './hold.ts';

// Only seats that exist are put forward, in order, so that rows are locked in order and none is made. The
// proposed row must satisfy the table's constraints, hence its state.
const claimSeats = statement({
  name: 'hold_constraint_claim',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'integer[]'],
  columns: { seat_number: 'integer', price: 'bigint', held_until: 'timestamp with time zone' },
  text: `
    with proposed as materialized (
      select
        s.seat_number,
        s.list_price,
        date_trunc('milliseconds', statement_timestamp()) + make_interval(secs => p.hold_seconds) as held_until
      from performance as p
      join seat as s on s.performance_id = p.performance_id
      where p.performance_id = $1
        and s.seat_number = any($3)
        and p.sale_state = 'open'
        and p.sale_opens_at <= clock_timestamp()
        and (p.sale_closes_at > clock_timestamp() or p.sale_closes_at is null)
      order by s.seat_number
    )
    insert into seat as s (
      performance_id, seat_number, state, list_price, price, held_until, changed_by, reservation_id
    )
    select $1, p.seat_number, 'held', p.list_price, p.list_price, p.held_until, pg_current_xact_id(), $2
    from proposed as p
    order by p.seat_number
    on conflict (performance_id, seat_number) do update
    set state = excluded.state,
        version = s.version + 1,
        price = s.list_price,
        held_until = excluded.held_until,
        changed_by = excluded.changed_by,
        reservation_id = excluded.reservation_id
    where s.state = 'free' or s.state = 'held' and s.held_until <= clock_timestamp()
    returning s.seat_number, s.price, s.held_until`,
});

export const constraintHold = holdStrategy(
  {
    name: 'constraint',
    contention: 'one-wins-rest-refused',
    meanwhile: 'works-too',
    detects: 'constraint',
    clockBeforeLocks: true,
    use: 'service',
  },
  (connection, command, hooks) =>
    connection.transaction({}, async (tx) => {
      const { performanceId, reservationId, seats } = command;
      await hooks.racePoint?.('hold: between read and write');
      const claimed = await tx.run(claimSeats, [performanceId, reservationId, seats]);
      const held = await writeHold(tx, command, claimed);
      return held === undefined ? rollback(undefined) : commit(held);
    }),
);
