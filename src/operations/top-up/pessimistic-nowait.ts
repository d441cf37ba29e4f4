/**
 * Pessimistic top-up that does not wait: a request that does not get the wallet's row at once is `contended`.
 *
 * Promise: one of those that collide succeeds; no request waits for a row.
 * Statements: begin, lock, write, commit; a loser: begin, lock, rollback and one to look for its key.
 * A loser costs: an error and a rollback, at once. If the winner then fails, all the others have failed
 * already (claim C9).
 * Not for: top-ups, unless the caller retries; a first top-up still waits for the row that another is just
 * making.
 */
import { commit, rollback } from '../../db/database.ts';
import type { Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { ensureWallet } from '../ledger.ts';
import { topUpStrategy, writeTopUp } from './top-up.ts';

const lockWallet = statement({
  name: 'top_up_nowait_lock',
  group: 'account',
  writes: true,
  params: ['text'],
  columns: { version: 'bigint' },
  text: `
    select w.version
    from wallet as w
    where w.account_id = $1
    for no key update nowait`,
});

export const pessimisticNowaitTopUp = topUpStrategy(
  {
    name: 'pessimistic-nowait',
    contention: 'one-wins-rest-retry',
    meanwhile: 'fails',
    detects: 'lock',
    failsOnLockedRow: true,
    use: 'service',
  },
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
