/**
 * Checks nine invariants on a live database, in one snapshot. Invariants 4 and 6 are about a client's
 * answers, so they need its journal.
 */
import type { Database, Transaction } from '../db/database.ts';
import type { Deadline } from '../lib/deadline.ts';
import type { Findings } from './checks/checks.ts';
import { createFindings } from './checks/checks.ts';
import { compareJournal } from './journal/comparison.ts';
import type { JournalLine } from './journal/format.ts';
import type { JournaledRequests } from './journal/requests.ts';
import { collectRequests } from './journal/requests.ts';
import type { AuditReport, Seen } from './report.ts';
import { reportOf } from './report.ts';
import {
  beginSnapshot,
  checkAccounts,
  checkAcross,
  checkPerformances,
  countAccounts,
  countPerformances,
  inAuditSnapshot,
} from './snapshot.ts';

export interface AuditOptions {
  /**
   * A client's requests and answers. Its writer must have ended: to the audit, a request journaled meanwhile
   * may look as if it was never sent.
   */
  readonly journal?: AsyncIterable<JournalLine>;
  /** How many violations of each invariant the audit describes. */
  readonly examplesMax?: number;
  /** How long what several servers disagree about is looked at again; 15,000 by default. */
  readonly lookAgainMs?: number;
  /** When it is given up, with `DeadlinePassed`. */
  readonly deadline?: Deadline | undefined;
}

/**
 * Checks every invariant. It only reads, on one connection, and blocks nothing. Throws `JournalError` for a
 * malformed journal, `ConnectionUnavailable`, and the database's errors.
 */
export async function auditDatabase(database: Database, options: AuditOptions): Promise<AuditReport> {
  const findings = createFindings(Math.max(1, options.examplesMax ?? 5));
  // The journal is read before the snapshot is taken, so that all that it acknowledges is in the snapshot.
  const requests =
    options.journal === undefined ? undefined : await collectRequests(options.journal, findings);
  const seen = await inAuditSnapshot(database, options.deadline, (tx) => checkAll(tx, requests, findings));
  return reportOf(findings, { ...seen, hasJournal: requests !== undefined });
}

async function checkAll(
  tx: Transaction,
  requests: JournaledRequests | undefined,
  findings: Findings,
): Promise<Omit<Seen, 'hasJournal'>> {
  const { checkedAt, isReadable } = await beginSnapshot(tx, findings);
  if (!isReadable) return { checkedAt, counts: NO_COUNTS, isReadable };
  const counts = { ...(await countPerformances(tx)), ...(await countAccounts(tx)) };
  await checkPerformances(tx, findings, checkedAt);
  await checkAccounts(tx, findings);
  await checkAcross(tx, findings);
  if (requests !== undefined) await compareJournal(tx, requests, findings);
  return { checkedAt, counts, isReadable };
}

const NO_COUNTS: AuditReport['counts'] = {
  performances: 0,
  seats: 0,
  reservations: 0,
  wallets: 0,
  entries: 0,
};
