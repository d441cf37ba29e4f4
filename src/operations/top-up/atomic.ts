/**
 * Atomic top-up: one statement that makes or raises the wallet and writes the entry, and commits by itself.
 *
 * Promise: every top-up succeeds, one after another, as long as its wait stays within the timeouts.
 * Statements: one, in one round trip; the row is locked while the statement and its commit run, no longer.
 * A loser costs: there is none; a waiter holds a connection while it waits.
 * Not for: work that must happen between the read and the write. When the connection dies under the statement
 * nobody knows the transaction's id, so the answer is `outcome_unknown`: send it again with the same key.
 */
import { statement } from '../../db/statement.ts';
import { BALANCE_MAX } from '../../domain/money.ts';
import { toppedUpOf, topUpStrategy } from './top-up.ts';

// `on conflict do update` waits for the row, then works on its newest version: no top-up is lost, and a first
// top-up needs no statement of its own.
const topUp = statement({
  name: 'top_up_atomic',
  group: 'account',
  writes: true,
  params: ['text', 'bigint', 'bigint', 'text', 'bytea', 'text?'],
  columns: { seq: 'bigint', balance_after: 'bigint', created_at: 'timestamp with time zone' },
  text: `
    with topped_up as (
      insert into wallet as w (account_id, balance, version)
      select $1::text, $2::bigint, 1 where $2 <= $3
      on conflict (account_id) do update
      set balance = w.balance + excluded.balance, version = w.version + 1
      where w.balance + excluded.balance <= $3
      returning w.version, w.balance
    )
    insert into ledger_entry as e (account_id, seq, kind, amount, balance_after, key, request_hash, created_at, actor)
    select $1, c.version, 'top_up', $2, c.balance, $4, $5, date_trunc('milliseconds', clock_timestamp()), $6
    from topped_up as c
    returning e.seq, e.balance_after, e.created_at`,
});

export const atomicTopUp = topUpStrategy(
  { name: 'atomic', contention: 'all-succeed', meanwhile: 'works-too', detects: 'statement', use: 'service' },
  async (connection, command, hooks) => {
    await hooks.racePoint?.('topUp: between read and write');
    const { accountId, amount, idempotencyKey, requestHash, actor = null } = command;
    const values = [accountId, amount, BALANCE_MAX, idempotencyKey, requestHash, actor] as const;
    const [entry] = await connection.autocommit(topUp, values);
    return entry === undefined ? undefined : toppedUpOf(command, entry);
  },
);
