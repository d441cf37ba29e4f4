/**
 * Unguarded top-up, the control: read the balance, then write what was read plus the amount. Of top-ups that
 * overlap, all but the last writer's money is lost. For the lab and the tests, which must see that loss; the
 * service refuses it.
 */
import { commit } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { readOrCreateWallet } from '../ledger.ts';
import { toppedUpOf, topUpStrategy } from './top-up.ts';

// The version still counts up, otherwise the ledger's primary key would prevent the loss that this control must show.
const overwriteBalance = statement({
  name: 'top_up_unguarded_write',
  group: 'account',
  writes: true,
  params: ['text', 'bigint', 'bigint', 'text', 'bytea', 'text?'],
  columns: {
    seq: 'bigint',
    balance_after: 'bigint',
    created_at: 'timestamp with time zone',
    xid: 'text',
  },
  text: `
    with topped_up as (
      update wallet as w
      set balance = $3, version = w.version + 1
      where w.account_id = $1
      returning w.version, w.balance
    )
    insert into ledger_entry as e (account_id, seq, kind, amount, balance_after, key, request_hash, created_at, actor)
    select $1, c.version, 'top_up', $2, c.balance, $4, $5, date_trunc('milliseconds', clock_timestamp()), $6
    from topped_up as c
    returning e.seq, e.balance_after, e.created_at, pg_current_xact_id()::text as xid`,
});

export const unguardedTopUp = topUpStrategy(
  { name: 'unguarded', contention: 'all-succeed', meanwhile: 'works-too', detects: 'nothing', use: 'lab' },
  (connection, command, hooks) =>
    connection.transaction({}, async (tx) => {
      const { accountId, amount, idempotencyKey, requestHash, actor = null } = command;
      const seen = await readOrCreateWallet(tx, accountId);
      await hooks.racePoint?.('topUp: between read and write');
      const balance = seen.balance + amount;
      const [entry] = await tx.run(overwriteBalance, [
        accountId,
        amount,
        balance,
        idempotencyKey,
        requestHash,
        actor,
      ]);
      if (entry === undefined) throw new Error('the wallet that was just made is gone');
      tx.noteXid(entry.xid);
      return commit(toppedUpOf(command, entry));
    }),
);
