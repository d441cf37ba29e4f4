/**
 * Pessimistic top-up, the analysis's choice (D1): lock the wallet's row, then write.
 *
 * Promise: every top-up succeeds, one after another, as long as its wait stays within the timeouts.
 * Statements: begin, lock, write, commit; a wallet's first top-up sends two more. Four round trips, the row
 * locked for three.
 * A loser costs: there is none; a waiter holds a connection while it waits, and past the timeout it is
 * `contended`.
 * Not for: a wallet that hundreds of requests hit at once with a small pool: the waiters occupy the whole
 * pool.
 */
import { commit, rollback } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { topUpStrategy, writeTopUp } from './top-up.ts';
import { ensureWallet } from '../ledger.ts';

// `for no key update` and not `for update`: the ledger's foreign key takes a key-share lock on the wallet,
// which `for update` would block and this does not; against other top-ups and payments both exclude alike.
const lockWallet = statement({
  name: 'top_up_pessimistic_lock',
  group: 'account',
  writes: true,
  params: ['text'],
  columns: { version: 'bigint' },
  text: `
    select w.version
    from wallet as w
    where w.account_id = $1
    for no key update`,
});

export const pessimisticTopUp = topUpStrategy(
  { name: 'pessimistic', contention: 'all-succeed', meanwhile: 'waits', detects: 'lock', use: 'service' },
  (connection, command, hooks) =>
    connection.transaction({}, async (tx) => {
      await lock(tx, command.accountId);
      await hooks.racePoint?.('topUp: between read and write');
      const toppedUp = await writeTopUp(tx, command);
      return toppedUp === undefined ? rollback(undefined) : commit(toppedUp);
    }),
);

async function lock(tx: Transaction, accountId: string): Promise<void> {
  const locked = await tx.run(lockWallet, [accountId]);
  if (locked.length > 0) return;
  await ensureWallet(tx, accountId);
  await tx.run(lockWallet, [accountId]);
}
