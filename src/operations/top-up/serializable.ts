/**
 * Serializable top-up: read, then write, and let PostgreSQL find out whether that was safe. With its retry,
 * because a serialization failure only says *try again*.
 *
 * Promise: top-ups that collide take turns by retrying; when the retries are used up, `contended`.
 * Statements: begin, read, write, commit; each failed attempt the same up to its write, then a new
 * transaction.
 * A loser costs: whole transactions, thrown away, and the predicate locks of those that succeed.
 * Not for: hot rows: every waiter fails when the row it waited for is committed.
 */
import { commit, rollback } from '../../db/database.ts';
import { readOrCreateWallet } from '../ledger.ts';
import { retry } from '../wrappers/retry.ts';
import { topUpStrategy, writeTopUp } from './top-up.ts';

const once = topUpStrategy(
  {
    name: 'serializable',
    contention: 'one-wins-rest-retry',
    meanwhile: 'works-too',
    detects: 'serializable',
    use: 'service',
  },
  (connection, command, hooks) =>
    connection.transaction({ isolation: 'serializable' }, async (tx) => {
      await readOrCreateWallet(tx, command.accountId);
      await hooks.racePoint?.('topUp: between read and write');
      const toppedUp = await writeTopUp(tx, command);
      return toppedUp === undefined ? rollback(undefined) : commit(toppedUp);
    }),
);

export const serializableTopUp = retry(once, once.name);
