/**
 * Pessimistic payment that does not wait: a request that does not get the reservation's row at once
 * is `contended`.
 *
 * Promise: at most one of several payments of one reservation succeeds; none waits for the reservation's row.
 * The seats, the limit row and the wallet are still waited for: they belong to others, too.
 * Statements: begin, lock, confirm, sell, deduct, commit; a loser: begin, lock, rollback and two to look for
 * its key.
 * A loser costs: an error and a rollback, at once. If the winner then fails, all the others have failed
 * already (C9).
 * Not for: buyers, unless they retry: `contended` says nothing about the reservation.
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { completePayment, confirmHeld, payStrategy } from './pay.ts';

const lockReservation = statement({
  name: 'pay_nowait_lock',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'text'],
  columns: { state: 'text' },
  text: `
    select r.state::text as state
    from reservation as r
    where r.performance_id = $1 and r.reservation_id = $2 and r.account_id = $3
    for no key update nowait`,
});

export const pessimisticNowaitPay = payStrategy(
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
      const { performanceId, reservationId, accountId } = command;
      const [locked] = await tx.run(lockReservation, [performanceId, reservationId, accountId]);
      if (locked?.state !== 'held') return rollback(undefined);
      await hooks.racePoint?.('pay: between read and write');
      const confirmed = await confirmHeld(tx, command);
      if (confirmed === undefined) return rollback(undefined);
      const paid = await completePayment(tx, command, confirmed);
      return paid === undefined ? rollback(undefined) : commit(paid);
    }),
);
