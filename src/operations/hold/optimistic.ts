/**
 * Optimistic hold, the analysis's choice (D4): read the seats' versions, then claim them only if nobody has
 * changed them.
 *
 * Promise: of the requests for a seat one wins; the others fail as soon as the winner commits, and learn
 * whether the seat is taken. If the winner rolls back, one of those still in flight wins instead.
 * Statements: begin, read, claim, record, commit; a loser: begin, read, claim, rollback and two to learn why.
 * A loser costs: no row, no lock beyond the winner's commit, a wait for the seat's row when the winner is in
 * flight.
 * Not for: one seat under a retry loop; each round has one winner.
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { holdStrategy, readVersions, writeHold } from './hold.ts';

// The sale is read by the statement that locks: once a close has committed, no later statement finds it open.
// The seats are locked in order before they are written, because an update alone locks in the order of its
// plan and two requests for the same seats could deadlock. A locked row whose version has moved on drops out.
// The hold's time begins once it has the locks.
const claimSeats = statement({
  name: 'hold_optimistic_claim',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'integer[]', 'integer[]'],
  columns: { seat_number: 'integer', price: 'bigint', held_until: 'timestamp with time zone' },
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
      from unnest($3::integer[], $4::integer[]) as seen (seat_number, version)
      cross join sale
      join seat as s on s.performance_id = $1 and s.seat_number = seen.seat_number and s.version = seen.version
      where s.state = 'free' or s.state = 'held' and s.held_until <= clock_timestamp()
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
    returning s.seat_number, s.price, s.held_until`,
});

export const optimisticHold = holdStrategy(
  {
    name: 'optimistic',
    contention: 'one-wins-rest-refused',
    meanwhile: 'works-too',
    detects: 'version',
    use: 'service',
  },
  (connection, command, hooks) =>
    connection.transaction({}, async (tx) => {
      const { performanceId, reservationId, seats } = command;
      const versions = await readVersions(tx, command);
      if (versions === undefined) return rollback(undefined);
      await hooks.racePoint?.('hold: between read and write');
      const claimed = await tx.run(claimSeats, [performanceId, reservationId, seats, versions]);
      const held = await writeHold(tx, command, claimed);
      return held === undefined ? rollback(undefined) : commit(held);
    }),
);
