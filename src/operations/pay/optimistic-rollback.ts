/**
 * Optimistic payment in the analysis's second form, *modify, then roll back*: read the reservation's version,
 * confirm it without asking, and roll back when the version turns out to have moved.
 *
 * Promise: as `optimistic`.
 * Statements: begin, read, confirm, sell, deduct, commit; a loser: begin, read, confirm, rollback and two to
 * learn why.
 * A loser costs: a new version of the reservation's row, written for nothing.
 * Not for: anything but the comparison; `optimistic` refuses for less.
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { completePayment, payStrategy, readVersion } from './pay.ts';

// The row is locked by the first part and the clock is read by the second, after any wait.
const confirm = statement({
  name: 'pay_rollback_confirm',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid'],
  columns: {
    seat_ids: 'integer[]',
    amount: 'bigint',
    expires_at: 'timestamp with time zone',
    version: 'integer',
  },
  text: `
    with locked as materialized (
      select r.expires_at
      from reservation as r
      where r.performance_id = $1 and r.reservation_id = $2
      for no key update
    )
    update reservation as r
    set state = 'confirmed', version = r.version + 1
    from locked
    where r.performance_id = $1 and r.reservation_id = $2 and locked.expires_at > clock_timestamp()
    returning r.seat_ids, r.amount, r.expires_at, r.version`,
});

export const optimisticRollbackPay = payStrategy(
  {
    name: 'optimistic-rollback',
    contention: 'one-wins-rest-refused',
    meanwhile: 'works-too',
    detects: 'version',
    use: 'lab',
  },
  (connection, command, hooks) =>
    connection.transaction({}, async (tx) => {
      const version = await readVersion(tx, command);
      if (version === undefined) return rollback(undefined);
      await hooks.racePoint?.('pay: between read and write');
      const [confirmed] = await tx.run(confirm, [command.performanceId, command.reservationId]);
      if (confirmed?.version !== version + 1) return rollback(undefined);
      const paid = await completePayment(tx, command, confirmed);
      return paid === undefined ? rollback(undefined) : commit(paid);
    }),
);
