/**
 * Optimistic payment, the analysis's choice (D2, D3): read the reservation's version, confirm it only if
 * nobody has changed it, then sell the seats, deduct and write the history.
 *
 * Promise: of several payments of one reservation one succeeds; the others fail on the first write and learn
 * that it is paid. Payments of different reservations from one wallet all succeed as far as the balance goes.
 * Statements: begin, read, confirm, sell, deduct, commit; a loser: begin, read, confirm, rollback and two to
 * learn why.
 * A loser costs: no row written; it waits for the winner's commit, as long as the reservation's row is
 * locked.
 * Not for: nothing known; a client that sends the same payment often should send it with one key.
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { completePayment, payStrategy, readVersion } from './pay.ts';

// The row is locked by the first part and the clock is read by the second, after any wait: a payment that
// waited beyond the expiry must not succeed. In the update's own condition the clock would be read before the
// wait whenever the transaction waited for rolls back, because PostgreSQL then does not check the condition
// again.
const confirm = statement({
  name: 'pay_optimistic_confirm',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'text', 'integer'],
  columns: { seat_ids: 'integer[]', amount: 'bigint', expires_at: 'timestamp with time zone' },
  text: `
    with locked as materialized (
      select r.expires_at
      from reservation as r
      where r.performance_id = $1 and r.reservation_id = $2 and r.account_id = $3
        and r.version = $4 and r.state = 'held'
      for no key update
    )
    update reservation as r
    set state = 'confirmed', version = r.version + 1
    from locked
    where r.performance_id = $1 and r.reservation_id = $2 and locked.expires_at > clock_timestamp()
    returning r.seat_ids, r.amount, r.expires_at`,
});

export const optimisticPay = payStrategy(
  {
    name: 'optimistic',
    contention: 'one-wins-rest-refused',
    meanwhile: 'works-too',
    detects: 'version',
    use: 'service',
  },
  (connection, command, hooks) =>
    connection.transaction({}, async (tx) => {
      const { performanceId, reservationId, accountId } = command;
      const version = await readVersion(tx, command);
      if (version === undefined) return rollback(undefined);
      await hooks.racePoint?.('pay: between read and write');
      const [confirmed] = await tx.run(confirm, [performanceId, reservationId, accountId, version]);
      if (confirmed === undefined) return rollback(undefined);
      const paid = await completePayment(tx, command, confirmed);
      return paid === undefined ? rollback(undefined) : commit(paid);
    }),
);
