/**
 * Optimistic hold in the analysis's second form, *modify, then roll back*: read the seats' versions, take the
 * seats without asking, and roll back when a version turns out to have moved.
 *
 * Promise: as `optimistic`.
 * Statements: begin, read, write, record, commit; a loser: begin, read, write, rollback and two to learn why.
 * A loser costs: new versions of the seats' rows, written for nothing, and their WAL and clean-up.
 * Not for: anything but the comparison; `optimistic` refuses for less.
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { holdStrategy, readVersions, writeHold } from './hold.ts';

// Nothing is asked but whether the sale is open. The seats are locked in order first; the version that each
// gets tells whether it was still the one that was read.
const takeSeats = statement({
  name: 'hold_rollback_take',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'integer[]'],
  columns: {
    seat_number: 'integer',
    price: 'bigint',
    held_until: 'timestamp with time zone',
    version: 'integer',
  },
  text: `
    with sale as materialized (
      select p.sale_closes_at, p.hold_seconds
      from performance as p
      where p.performance_id = $1
        and p.sale_state = 'open'
        and p.sale_opens_at <= clock_timestamp()
        and (p.sale_closes_at > clock_timestamp() or p.sale_closes_at is null)
    ), target as materialized (
      select s.seat_number
      from sale
      join seat as s on s.performance_id = $1 and s.seat_number = any($3)
      order by s.seat_number
      for no key update of s
    ), expiry as materialized (
      select date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => sale.hold_seconds) as held_until
      from sale
      where (select count(*) from target) > 0
        and (sale.sale_closes_at > clock_timestamp() or sale.sale_closes_at is null)
    )
    update seat as s
    set state = 'held',
        version = s.version + 1,
        price = s.list_price,
        reservation_id = $2,
        held_until = expiry.held_until,
        changed_by = pg_current_xact_id()
    from target, expiry
    where s.performance_id = $1 and s.seat_number = target.seat_number
    returning s.seat_number, s.price, s.held_until, s.version`,
});

export const optimisticRollbackHold = holdStrategy(
  {
    name: 'optimistic-rollback',
    contention: 'one-wins-rest-refused',
    meanwhile: 'works-too',
    detects: 'version',
    use: 'lab',
  },
  (connection, command, hooks) =>
    connection.transaction({}, async (tx) => {
      const { performanceId, reservationId, seats } = command;
      const versions = await readVersions(tx, command);
      if (versions === undefined) return rollback(undefined);
      await hooks.racePoint?.('hold: between read and write');
      const taken = await tx.run(takeSeats, [performanceId, reservationId, seats]);
      const unmoved = taken.filter((seat) => seat.version === versions[seats.indexOf(seat.seat_number)]! + 1);
      const held = await writeHold(tx, command, unmoved);
      return held === undefined ? rollback(undefined) : commit(held);
    }),
);
