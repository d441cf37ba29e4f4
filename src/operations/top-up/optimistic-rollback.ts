/**
 * Optimistic top-up in the analysis's second form, *modify, then roll back*: read the version, add the amount
 * without asking, and roll back when the version turns out to have moved.
 *
 * Promise: as `optimistic`.
 * Statements: begin, read, write, commit; a loser: begin, read, write, rollback and two to learn why.
 * A loser costs: a wallet row and a ledger entry with its index entries, all written for nothing, and their
 * WAL.
 * Not for: anything but the comparison; `optimistic` refuses for less.
 */
import { commit, rollback } from '../../db/database.ts';
import { readOrCreateWallet } from '../ledger.ts';
import { topUpStrategy, writeTopUp } from './top-up.ts';

export const optimisticRollbackTopUp = topUpStrategy(
  {
    name: 'optimistic-rollback',
    contention: 'one-wins-rest-retry',
    meanwhile: 'works-too',
    detects: 'version',
    use: 'lab',
  },
  (connection, command, hooks) =>
    connection.transaction({}, async (tx) => {
      const seen = await readOrCreateWallet(tx, command.accountId);
      await hooks.racePoint?.('topUp: between read and write');
      const toppedUp = await writeTopUp(tx, command);
      // The entry is numbered by the wallet's version after the write.
      return toppedUp?.seq === seen.version + 1 ? commit(toppedUp) : rollback(undefined);
    }),
);
