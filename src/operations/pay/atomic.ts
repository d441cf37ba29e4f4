/**
 * Atomic payment: one statement that confirms the reservation, sells the seats, deducts and writes the
 * history, or does nothing; it commits by itself.
 *
 * Promise: of several payments of one reservation one succeeds; the others wait for its commit and learn that
 * it is paid.
 * Statements: one, in one round trip; a loser sends two or three more to learn why.
 * A loser costs: no row written; a row lock that ends with the statement.
 * Not for: performances and accounts on different servers: the statement names both. When
 * the connection dies under it nobody knows the transaction's id, so the answer is `outcome_unknown`.
 */
import { statement } from '../../db/statement.ts';
import { paidOf, payStrategy } from './pay.ts';

// Every part reads the one before it, which fixes the order of the locks: reservation, seats by number, limit
// row, wallet. The clock is read by `alive`, after the reservation's row is locked; `allowed` counts against
// the limit again (see pay.ts). Nothing is written before the debit succeeds; what costs nothing needs no
// wallet beforehand.
const pay = statement({
  name: 'pay_atomic',
  group: 'same-server',
  writes: true,
  params: ['text', 'uuid', 'text', 'text', 'bytea'],
  columns: {
    seat_ids: 'integer[]',
    amount: 'bigint',
    seq: 'bigint',
    balance_after: 'bigint',
    created_at: 'timestamp with time zone',
  },
  text: `
    with locked as materialized (
      select r.seat_ids, r.amount, r.expires_at
      from reservation as r
      where r.performance_id = $1 and r.reservation_id = $2 and r.account_id = $3 and r.state = 'held'
      for no key update
    ), alive as materialized (
      select l.seat_ids, l.amount, l.expires_at from locked as l where l.expires_at > clock_timestamp()
    ), target as materialized (
      select s.seat_number
      from seat as s
      where s.performance_id = $1
        and s.seat_number = any((select a.seat_ids from alive as a)::integer[])
        and s.reservation_id = $2
        and s.state = 'held'
      order by s.seat_number
      for no key update
    ), complete as materialized (
      select a.seat_ids, a.amount, a.expires_at
      from alive as a
      where (select count(*) from target) = cardinality(a.seat_ids)
    ), limit_row as materialized (
      select l.claims
      from claim_limit as l
      where l.performance_id = $1 and l.account_id = $3 and exists (select from complete)
      for no key update
    ), allowed as materialized (
      select c.amount
      from complete as c
      left join limit_row as l on true
      join performance as p on p.performance_id = $1
      where l.claims is null
        or c.expires_at > clock_timestamp()
        or cardinality(without_claims(live_claims(l.claims), array_fill(c.expires_at, array[cardinality(c.seat_ids)])))
          + cardinality(c.seat_ids) <= p.seat_limit
    ), unpriced as (
      insert into wallet as w (account_id, balance, version)
      select $3, 0, 1
      from allowed as a
      where a.amount = 0
      on conflict (account_id) do update set version = w.version + 1
      returning w.version, w.balance
    ), debited as (
      update wallet as w
      set balance = w.balance - a.amount, version = w.version + 1
      from allowed as a
      where w.account_id = $3 and a.amount > 0 and w.balance >= a.amount
      returning w.version, w.balance
    ), wallet_after as materialized (
      select u.version, u.balance from unpriced as u union all select d.version, d.balance from debited as d
    ), confirmed as (
      update reservation as r
      set state = 'confirmed', version = r.version + 1
      from wallet_after
      where r.performance_id = $1 and r.reservation_id = $2
    ), sold as (
      update seat as s
      set state = 'sold', version = s.version + 1, held_until = null, changed_by = pg_current_xact_id()
      from target, wallet_after
      where s.performance_id = $1 and s.seat_number = target.seat_number
    ), counted as (
      update claim_limit as l
      set claims = without_claims(live_claims(l.claims), array_fill(c.expires_at, array[cardinality(c.seat_ids)]))
        || array_fill('infinity'::timestamptz, array[cardinality(c.seat_ids)])
      from complete as c, wallet_after
      where l.performance_id = $1 and l.account_id = $3
    ), entry as (
      insert into ledger_entry as e (
        account_id, seq, kind, amount, balance_after, key, request_hash, performance_id, reservation_id, created_at
      )
      select
        $3, w.version, 'payment', -c.amount, w.balance, $4, $5, $1, $2, date_trunc('milliseconds', clock_timestamp())
      from complete as c, wallet_after as w
      returning e.seq, e.balance_after, e.created_at
    )
    select c.seat_ids, c.amount, e.seq, e.balance_after, e.created_at
    from complete as c, entry as e`,
});

export const atomicPay = payStrategy(
  {
    name: 'atomic',
    contention: 'one-wins-rest-refused',
    meanwhile: 'works-too',
    detects: 'statement',
    use: 'service',
  },
  async (connection, command, hooks) => {
    await hooks.racePoint?.('pay: between read and write');
    const { performanceId, reservationId, accountId, idempotencyKey, requestHash } = command;
    const values = [performanceId, reservationId, accountId, idempotencyKey, requestHash] as const;
    const [row] = await connection.autocommit(pay, values);
    return row === undefined ? undefined : paidOf(command, row.seat_ids, row.amount, row);
  },
);
