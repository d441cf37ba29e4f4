/**
 * Unguarded hold, the control: look whether the seats are free, then take them, whatever has happened in between. Of two
 * that overlap both are told that they hold the seat. For the lab and the tests, which must see that; the service
 * refuses it.
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { holdStrategy, writeHold } from './hold.ts';

const readSeats = statement({
  name: 'hold_unguarded_read',
  params: ['text', 'integer[]'],
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
      and (p.sale_closes_at > clock_timestamp() or p.sale_closes_at is null)`,
});

const overwriteSeats = statement({
  name: 'hold_unguarded_write',
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
        reservation_id = $2,
        held_until = sale.held_until,
        changed_by = pg_current_xact_id()
    from sale
    where s.performance_id = $1 and s.seat_number = any($3)
    returning s.seat_number, s.price, s.held_until`,
});

export const unguardedHold = holdStrategy(
  { name: 'unguarded', liveness: 'all-succeed', use: 'lab' },
  (connection, command, context) =>
    connection.transaction({}, async (tx) => {
      const { performanceId, reservationId, seats } = command;
      const free = await tx.run(readSeats, [performanceId, seats]);
      if (free.length !== seats.length) return rollback(undefined);
      await context.racePoint?.('hold: between read and write');
      const claimed = await tx.run(overwriteSeats, [performanceId, reservationId, seats]);
      const held = await writeHold(tx, command, claimed);
      return held === undefined ? rollback(undefined) : commit(held);
    }),
);
