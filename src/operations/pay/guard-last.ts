/**
 * Guard-last payment: the steps in the other order, deduct first and confirm the reservation last. For claim C11, which
 * says that guarding the first step keeps a loser's transaction short: this one's loser has written the wallet, the
 * ledger, the seats and the limit row before it learns that it lost, and rolls all of it back.
 *
 * It locks the wallet before the seats, against the order of the house, so it may deadlock with the others: for the lab
 * and the tests only.
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { deduct, payStrategy, readVersion, sell } from './pay.ts';

const readReservation = statement({
  name: 'pay_guard_last_read',
  params: ['text', 'uuid'],
  columns: { seat_ids: 'integer[]', amount: 'bigint', expires_at: 'timestamp with time zone' },
  text: `
    select r.seat_ids, r.amount, r.expires_at
    from reservation as r
    where r.performance_id = $1 and r.reservation_id = $2`,
});

const confirm = statement({
  name: 'pay_guard_last_confirm',
  params: ['text', 'uuid', 'integer'],
  columns: { version: 'integer' },
  text: `
    with locked as materialized (
      select r.expires_at
      from reservation as r
      where r.performance_id = $1 and r.reservation_id = $2 and r.version = $3 and r.state = 'held'
      for no key update
    )
    update reservation as r
    set state = 'confirmed', version = r.version + 1
    from locked
    where r.performance_id = $1 and r.reservation_id = $2 and locked.expires_at > clock_timestamp()
    returning r.version`,
});

export const guardLastPay = payStrategy(
  { name: 'guard-last', liveness: 'one-wins-rest-refused', meanwhile: 'works-too', use: 'lab' },
  (connection, command, context) =>
    connection.transaction({}, async (tx) => {
      const { performanceId, reservationId } = command;
      const version = await readVersion(tx, command);
      const [reservation] = await tx.run(readReservation, [performanceId, reservationId]);
      if (version === undefined || reservation === undefined) return rollback(undefined);
      await context.racePoint?.('pay: between read and write');
      const paid = await deduct(tx, command, reservation);
      if (paid === undefined || !(await sell(tx, command, reservation))) return rollback(undefined);
      const [confirmed] = await tx.run(confirm, [performanceId, reservationId, version]);
      return confirmed === undefined ? rollback(undefined) : commit(paid);
    }),
);
