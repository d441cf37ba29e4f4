/**
 * Guard-last payment: the first two steps in the other order, deduct and only then confirm the reservation
 * under its guard. For claim C11, which says that guarding the first step keeps a loser's transaction short:
 * this one's loser has waited for the wallet and written it before it learns that it lost, and rolls that
 * back.
 *
 * It locks the wallet before the reservation, against the lock order, so it may deadlock with the others: for
 * the lab and the tests only.
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { ensureWallet } from '../ledger.ts';
import { paidOf, payStrategy, readVersion, sell } from './pay.ts';

const readReservation = statement({
  name: 'pay_guard_last_read',
  group: 'performance',
  params: ['text', 'uuid'],
  columns: { seat_ids: 'integer[]', amount: 'bigint', expires_at: 'timestamp with time zone' },
  text: `
    select r.seat_ids, r.amount, r.expires_at
    from reservation as r
    where r.performance_id = $1 and r.reservation_id = $2`,
});

const confirm = statement({
  name: 'pay_guard_last_confirm',
  group: 'performance',
  writes: true,
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

const takeFromWallet = statement({
  name: 'pay_guard_last_deduct',
  group: 'account',
  writes: true,
  params: ['text', 'bigint'],
  columns: { version: 'bigint', balance: 'bigint' },
  text: `
    update wallet as w
    set balance = w.balance - $2, version = w.version + 1
    where w.account_id = $1 and w.balance >= $2
    returning w.version, w.balance`,
});

const writeEntry = statement({
  name: 'pay_guard_last_entry',
  group: 'account',
  writes: true,
  params: ['text', 'bigint', 'bigint', 'bigint', 'text', 'bytea', 'text', 'uuid'],
  columns: { seq: 'bigint', balance_after: 'bigint', created_at: 'timestamp with time zone', xid: 'text' },
  text: `
    insert into ledger_entry as e (
      account_id, seq, kind, amount, balance_after, key, request_hash, performance_id, reservation_id, created_at
    )
    values ($1, $2, 'payment', -$3::bigint, $4, $5, $6, $7, $8, date_trunc('milliseconds', clock_timestamp()))
    returning e.seq, e.balance_after, e.created_at, pg_current_xact_id()::text as xid`,
});

export const guardLastPay = payStrategy(
  {
    name: 'guard-last',
    contention: 'one-wins-rest-refused',
    meanwhile: 'works-too',
    detects: 'version',
    use: 'lab',
  },
  (connection, command, hooks) =>
    connection.transaction({}, async (tx) => {
      const { performanceId, reservationId, accountId, idempotencyKey, requestHash } = command;
      const version = await readVersion(tx, command);
      const [reservation] = await tx.run(readReservation, [performanceId, reservationId]);
      if (version === undefined || reservation === undefined) return rollback(undefined);
      await hooks.racePoint?.('pay: between read and write');
      const { amount, seat_ids: seats } = reservation;
      if (amount === 0) await ensureWallet(tx, accountId);
      const [wallet] = await tx.run(takeFromWallet, [accountId, amount]);
      if (wallet === undefined) return rollback(undefined);
      const [confirmed] = await tx.run(confirm, [performanceId, reservationId, version]);
      if (confirmed === undefined || !(await sell(tx, command, reservation))) return rollback(undefined);
      const values = [accountId, wallet.version, amount, wallet.balance] as const;
      const keys = [idempotencyKey, requestHash, performanceId, reservationId] as const;
      const [entry] = await tx.run(writeEntry, [...values, ...keys]);
      if (entry === undefined) throw new Error('an insert returned nothing');
      tx.noteXid(entry.xid);
      return commit(paidOf(command, seats, amount, entry));
    }),
);
