/**
 * Pessimistic hold that does not wait (analysis, D5: weighed and rejected): a request that does not get the
 * seats' rows at once is `contended`.
 *
 * Promise: of the requests for a seat at most one wins; no request waits for a row.
 * Statements: begin, lock, write, record, commit; a loser: begin, lock, rollback and one to look for its key.
 * A loser costs: an error and a rollback, at once. If the winner then fails, all the others have failed
 * already (claim C9): a crowd can leave a seat unsold.
 * Not for: buyers, unless they retry: `contended` says nothing about the seat.
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { holdStrategy, takeLockedSeats, writeHold } from './hold.ts';

const lockSeats = statement({
  name: 'hold_nowait_lock',
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
    for no key update nowait`,
});

export const pessimisticNowaitHold = holdStrategy(
  {
    name: 'pessimistic-nowait',
    contention: 'one-wins-rest-retry',
    meanwhile: 'fails',
    detects: 'lock',
    failsOnLockedRow: true,
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
