/**
 * Serializable hold: read, then write, and let PostgreSQL find out whether that was safe. With its retry.
 *
 * Promise: of the requests for a seat one wins; the others fail, try again and learn that the seat is taken.
 * Statements: begin, read, lock the sale and the seats, write, record, commit; each failed attempt the same
 * up to its write, then a new transaction.
 * A loser costs: a transaction thrown away, then another that reads why; the predicate locks of all that
 * succeed.
 * Not for: on-sales: besides the retries every hold of a performance locks its row in share mode, because a
 * serializable transaction would otherwise not see a close that committed after its snapshot.
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { retry } from '../wrappers/retry.ts';
import { holdStrategy, takeLockedSeats, writeHold } from './hold.ts';

const readSeats = statement({
  name: 'hold_serializable_read',
  group: 'performance',
  params: ['text', 'integer[]'],
  columns: { seat_number: 'integer' },
  text: `
    select s.seat_number
    from seat as s
    where s.performance_id = $1
      and s.seat_number = any($2)
      and (s.state = 'free' or s.state = 'held' and s.held_until <= clock_timestamp())`,
});

// Fails with a serialization error when a row has changed since the snapshot: the retry then sees the close,
// or the taken seat. The seats are locked in order first: an update of several takes them in the order of its
// scan, and two such requests, or one and the sweeper, wait for each other in a circle.
const lockSaleAndSeats = statement({
  name: 'hold_serializable_lock',
  group: 'performance',
  writes: true,
  params: ['text', 'integer[]'],
  columns: { open: 'boolean', locked: 'integer' },
  text: `
    with sale as materialized (
      select
        p.sale_state = 'open'
          and p.sale_opens_at <= clock_timestamp()
          and (p.sale_closes_at > clock_timestamp() or p.sale_closes_at is null) as open
      from performance as p
      where p.performance_id = $1
      for share
    ), locked as materialized (
      select s.seat_number
      from seat as s
      where s.performance_id = $1 and s.seat_number = any($2) and (select sale.open from sale)
      order by s.seat_number
      for no key update
    )
    select sale.open, (select count(*) from locked)::integer as locked
    from sale`,
});

const once = holdStrategy(
  {
    name: 'serializable',
    contention: 'one-wins-rest-retry',
    meanwhile: 'works-too',
    detects: 'serializable',
    use: 'service',
  },
  (connection, command, hooks) =>
    connection.transaction({ isolation: 'serializable' }, async (tx) => {
      const free = await tx.run(readSeats, [command.performanceId, command.seats]);
      if (free.length !== command.seats.length) return rollback(undefined);
      await hooks.racePoint?.('hold: between read and write');
      const [locked] = await tx.run(lockSaleAndSeats, [command.performanceId, command.seats]);
      if (locked?.open !== true) return rollback(undefined);
      const held = await writeHold(tx, command, await takeLockedSeats(tx, command));
      return held === undefined ? rollback(undefined) : commit(held);
    }),
);

export const serializableHold = retry(once, once.name);
