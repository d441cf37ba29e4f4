/**
 * Optimistic top-up: read the wallet's version, then add the amount only if nobody has changed it.
 *
 * Promise: of top-ups that read the same version one succeeds; the others are `contended` and changed
 * nothing.
 * Statements: begin, read, write, commit; a loser: begin, read, write, rollback and two to learn why.
 * A loser costs: no row; but its update waits for the winner's commit, holding a connection.
 * Not for: top-ups that are all meant to succeed (analysis, D1): the more at once, the fewer succeed.
 */
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { BALANCE_MAX } from '../../domain/money.ts';
import { readOrCreateWallet } from '../ledger.ts';
import { toppedUpOf, topUpStrategy } from './top-up.ts';

const addToVersion = statement({
  name: 'top_up_optimistic_write',
  group: 'account',
  writes: true,
  params: ['text', 'bigint', 'bigint', 'text', 'bytea', 'bigint', 'text?'],
  columns: {
    seq: 'bigint',
    balance_after: 'bigint',
    created_at: 'timestamp with time zone',
    xid: 'text',
  },
  text: `
    with topped_up as (
      update wallet as w
      set balance = w.balance + $2, version = w.version + 1
      where w.account_id = $1 and w.version = $6 and w.balance + $2 <= $3
      returning w.version, w.balance
    )
    insert into ledger_entry as e (account_id, seq, kind, amount, balance_after, key, request_hash, created_at, actor)
    select $1, c.version, 'top_up', $2, c.balance, $4, $5, date_trunc('milliseconds', clock_timestamp()), $7
    from topped_up as c
    returning e.seq, e.balance_after, e.created_at, pg_current_xact_id()::text as xid`,
});

export const optimisticTopUp = topUpStrategy(
  {
    name: 'optimistic',
    contention: 'one-wins-rest-retry',
    meanwhile: 'works-too',
    detects: 'version',
    use: 'service',
  },
  (connection, command, hooks) =>
    connection.transaction({}, async (tx) => {
      const { accountId, amount, idempotencyKey, requestHash, actor = null } = command;
      const seen = await readOrCreateWallet(tx, accountId);
      await hooks.racePoint?.('topUp: between read and write');
      const values = [
        accountId,
        amount,
        BALANCE_MAX,
        idempotencyKey,
        requestHash,
        seen.version,
        actor,
      ] as const;
      const [entry] = await tx.run(addToVersion, values);
      if (entry === undefined) return rollback(undefined);
      tx.noteXid(entry.xid);
      return commit(toppedUpOf(command, entry));
    }),
);
