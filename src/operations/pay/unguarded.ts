/**
 * Unguarded payment, the control: read whether the reservation is held and how much is in the wallet, then
 * confirm it and write the wallet's balance as it was read less the amount. Payments that overlap lose money,
 * and a hold that expired in between is paid. For the lab and the tests, which must see that; the service
 * refuses it.
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { paidOf, payStrategy } from './pay.ts';

const readAll = statement({
  name: 'pay_unguarded_read',
  group: 'same-server',
  params: ['text', 'uuid', 'text'],
  columns: { seat_ids: 'integer[]', amount: 'bigint', balance: 'bigint' },
  text: `
    select r.seat_ids, r.amount, w.balance
    from reservation as r
    join wallet as w on w.account_id = r.account_id
    where r.performance_id = $1 and r.reservation_id = $2 and r.account_id = $3
      and r.state = 'held' and r.expires_at > clock_timestamp() and w.balance >= r.amount`,
});

const overwriteSeats = statement({
  name: 'pay_unguarded_sell',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'integer[]'],
  columns: {},
  text: `
    with confirmed as (
      update reservation as r
      set state = 'confirmed', version = r.version + 1
      where r.performance_id = $1 and r.reservation_id = $2
    )
    update seat as s
    set state = 'sold',
        version = s.version + 1,
        held_until = null,
        reservation_id = $2,
        changed_by = pg_current_xact_id()
    where s.performance_id = $1 and s.seat_number = any($3)`,
});

const overwriteBalance = statement({
  name: 'pay_unguarded_deduct',
  group: 'account',
  writes: true,
  params: ['text', 'bigint', 'bigint', 'text', 'bytea', 'text', 'uuid'],
  columns: {
    seq: 'bigint',
    balance_after: 'bigint',
    created_at: 'timestamp with time zone',
    xid: 'text',
  },
  text: `
    with debited as (
      update wallet as w
      set balance = $3, version = w.version + 1
      where w.account_id = $1
      returning w.version, w.balance
    )
    insert into ledger_entry as e (
      account_id, seq, kind, amount, balance_after, key, request_hash, performance_id, reservation_id, created_at
    )
    select $1, d.version, 'payment', -$2::bigint, d.balance, $4, $5, $6, $7, date_trunc('milliseconds', clock_timestamp())
    from debited as d
    returning e.seq, e.balance_after, e.created_at, pg_current_xact_id()::text as xid`,
});

export const unguardedPay = payStrategy(
  { name: 'unguarded', contention: 'all-succeed', meanwhile: 'works-too', detects: 'nothing', use: 'lab' },
  (connection, command, hooks) =>
    connection.transaction({}, async (tx) => {
      const { performanceId, reservationId, accountId, idempotencyKey, requestHash } = command;
      const [seen] = await tx.run(readAll, [performanceId, reservationId, accountId]);
      if (seen === undefined) return rollback(undefined);
      await hooks.racePoint?.('pay: between read and write');
      await tx.run(overwriteSeats, [performanceId, reservationId, seen.seat_ids]);
      const [entry] = await tx.run(overwriteBalance, [
        accountId,
        seen.amount,
        seen.balance - seen.amount,
        idempotencyKey,
        requestHash,
        performanceId,
        reservationId,
      ]);
      if (entry === undefined) throw new Error('the wallet that was just read is gone');
      tx.noteXid(entry.xid);
      return commit(paidOf(command, seen.seat_ids, seen.amount, entry));
    }),
);
