/**
 * Optimistic charge in the analysis's second form, *modify, then roll back*: read the version, add the amount without
 * asking, and roll back when the version turns out to have moved.
 *
 * Promise: as `optimistic`.
 * Statements: begin, read, write, commit; a loser: begin, read, write, rollback and two to learn why.
 * A loser costs: a wallet row and a ledger entry with its index entries, all written for nothing, and their WAL.
 * Not for: anything but the comparison; `optimistic` refuses for less.
 */
import { commit, rollback } from '../../db/database.ts';
import { readOrCreateWallet } from '../ledger.ts';
import { chargeStrategy, writeCharge } from './charge.ts';

export const optimisticRollbackCharge = chargeStrategy(
  {
    name: 'optimistic-rollback',
    liveness: 'one-wins-rest-contended',
    meanwhile: 'works-too',
    use: 'service',
  },
  (connection, command, context) =>
    connection.transaction({}, async (tx) => {
      const seen = await readOrCreateWallet(tx, command.accountId);
      await context.racePoint?.('charge: between read and write');
      const charged = await writeCharge(tx, command);
      // The entry is numbered by the wallet's version after the write.
      return charged?.seq === seen.version + 1 ? commit(charged) : rollback(undefined);
    }),
);
