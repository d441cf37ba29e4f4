/**
 * Pessimistic hold: lock the seats' rows in order, check that they are free, then write.
 *
 * Promise: of the requests for a seat one wins; the others wait for its row, then learn that the seat is
 * taken. If the winner rolls back, the next in the queue wins.
 * Statements: begin, lock, write, record, commit; a loser: begin, lock, rollback and two to learn why.
 * A loser costs: its wait, holding a connection, and a row lock taken only to see that the seat is gone.
 * Not for: a crowd on few seats: the losers queue for what they can't have (analysis, D4).
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { holdStrategy, takeLockedSeats, writeHold } from './hold.ts';

// `for no key update`: nobody's foreign key points at a seat, and the key is not changed, so the weaker lock does.
const lockSeats = statement({
  name: 'hold_pessimistic_lock',
  group: 'performance',
  writes: true,
  params: ['text', 'integer[]'],
  columns: { seat_number: 'integer', free: 'boolean' },
  text: `
    select
      s.seat_number,
      s.state = 'free' or s.state = 'held' and s.held_until <= clock_timestamp() as free
    from seat as s
    where s.performance_id = $1 and s.seat_number = any($2)
    order by s.seat_number
    for no key update`,
});

export const pessimisticHold = holdStrategy(
  {
    name: 'pessimistic',
    contention: 'one-wins-rest-refused',
    meanwhile: 'waits',
    detects: 'lock',
    use: 'service',
  },
  (connection, command, hooks) =>
    connection.transaction({}, async (tx) => {
      const locked = await tx.run(lockSeats, [command.performanceId, command.seats]);
      if (locked.length !== command.seats.length || locked.some((seat) => !seat.free))
        return rollback(undefined);
      await hooks.racePoint?.('hold: between read and write');
      const held = await writeHold(tx, command, await takeLockedSeats(tx, command));
      return held === undefined ? rollback(undefined) : commit(held);
    }),
);
