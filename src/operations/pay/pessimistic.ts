/**
 * Pessimistic payment: lock the reservation's row, check that it can be paid, then write.
 *
 * Promise: of several payments of one reservation one succeeds; the others wait for its row, then learn that
 * it is paid.
 * Statements: begin, lock, confirm, sell, deduct, commit; a loser: begin, lock, rollback and two to learn
 * why.
 * A loser costs: its wait, holding a connection, and a row lock.
 * Not for: nothing but its price: the second payment waits for the first one's whole transaction (analysis,
 * D2).
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { completePayment, confirmHeld, payStrategy } from './pay.ts';

// `for no key update`: nobody's foreign key points at a reservation, and its key is not changed. The wallet
// is not locked here but by the debit, as late as possible: other payments and top-ups of the account need
// not wait for this one.
const lockReservation = statement({
  name: 'pay_pessimistic_lock',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'text'],
  columns: { state: 'text' },
  text: `
    select r.state::text as state
    from reservation as r
    where r.performance_id = $1 and r.reservation_id = $2 and r.account_id = $3
    for no key update`,
});

export const pessimisticPay = payStrategy(
  {
    name: 'pessimistic',
    contention: 'one-wins-rest-refused',
    meanwhile: 'waits',
    detects: 'lock',
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
