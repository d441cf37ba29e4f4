/**
 * Serializable payment: read, then write, and let PostgreSQL find out whether that was safe. With its retry.
 *
 * Promise: of several payments of one reservation one succeeds; the others fail, try again and learn that it
 * is paid.
 * Statements: begin, read, confirm, sell, deduct, commit; each failed attempt the same up to its write, then
 * a new transaction.
 * A loser costs: whole transactions, thrown away, also for payments that only share the wallet.
 * Not for: accounts that pay much at once: every payment that waited for the wallet fails when the other
 * commits.
 */
import { commit, rollback } from '../../db/database.ts';
import { retry } from '../wrappers/retry.ts';
import { completePayment, confirmHeld, payStrategy, readVersion } from './pay.ts';

const once = payStrategy(
  {
    name: 'serializable',
    contention: 'one-wins-rest-retry',
    meanwhile: 'works-too',
    detects: 'serializable',
    use: 'service',
  },
  (connection, command, hooks) =>
    connection.transaction({ isolation: 'serializable' }, async (tx) => {
      const version = await readVersion(tx, command);
      if (version === undefined) return rollback(undefined);
      await hooks.racePoint?.('pay: between read and write');
      // A row that changed since the snapshot raises a serialization failure, so the version needs no comparison.
      const confirmed = await confirmHeld(tx, command);
      if (confirmed === undefined) return rollback(undefined);
      const paid = await completePayment(tx, command, confirmed);
      return paid === undefined ? rollback(undefined) : commit(paid);
    }),
);

export const serializablePay = retry(once, once.name);
