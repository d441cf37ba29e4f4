/**
 * Checks nine invariants on a live database, in one snapshot. Invariants 4 and 6 are about a client's
 * answers, so they need its journal.
 */
import type { Database, Transaction } from '../db/database.ts';
import { commit } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { Deadline } from '../lib/deadline.ts';
import type { Findings, InvariantNumber } from './checks/checks.ts';
import { createFindings } from './checks/checks.ts';
import { compareJournal } from './journal/comparison.ts';
import type { JournalLine } from './journal/format.ts';
import type { JournaledRequests } from './journal/requests.ts';
import { collectRequests } from './journal/requests.ts';
import { schemaDifferences } from './schema/compare.ts';
import { describeSchema } from './schema/describe.ts';
import { MONEY_CHECKS } from './checks/money.ts';
import { SETTLEMENT_CHECKS, TIMED_SETTLEMENT_CHECKS } from './checks/settlement.ts';
import { SEAT_CHECKS, TIMED_SEAT_CHECKS } from './checks/seats.ts';

export interface AuditOptions {
  /**
   * A client's requests and answers. Its writer must have ended: to the audit, a request journaled meanwhile
   * may look as if it was never sent.
   */
  readonly journal?: AsyncIterable<JournalLine>;
  /** How many violations of each invariant the audit describes. */
  readonly examplesMax?: number;
  /** When it is given up, with `DeadlinePassed`. */
  readonly deadline?: Deadline | undefined;
}

export interface InvariantReport {
  readonly number: InvariantNumber;
  readonly title: string;
  readonly violations: number;
  /** A sentence each, naming the rows. */
  readonly examples: readonly string[];
  /**
   * False without a journal that it needs; violations that show without the journal still count. False, too, for all but
   * the ninth where the schema lacks what the checks read.
   */
  readonly checked: boolean;
}

export interface AuditReport {
  /** No violation of any invariant. */
  readonly clean: boolean;
  /** The database's time of the snapshot. */
  readonly checkedAt: Date;
  readonly counts: {
    readonly performances: number;
    readonly seats: number;
    readonly reservations: number;
    readonly wallets: number;
    readonly entries: number;
  };
  readonly invariants: readonly InvariantReport[];
}

const TITLES = {
  1: 'A seat has at most one live claim',
  2: 'Confirmed, sold and paid are one; so are refunded and repaid',
  3: 'A balance is the sum of its ledger, without gaps',
  4: 'What was acknowledged is there, exactly once',
  5: 'A key has one effect and one answer',
  6: 'A refusal changed nothing; no expired hold is paid',
  7: "A performance has exactly its map's seats",
  8: 'No account exceeds its seat limit',
  9: 'The schema is what the migrations make',
} as const satisfies Record<InvariantNumber, string>;

const NEEDS_JOURNAL: ReadonlySet<InvariantNumber> = new Set([4, 6]);

/** An audit reads whole tables; what takes longer than this is stuck. */
const STATEMENT_TIMEOUT_MS = 600_000;

// The first statement takes the snapshot and then reads the clock, rounded up to what a Date can hold. So no
// transaction in the snapshot has seen a later time: a hold that is unexpired by this clock can't have lost a
// seat to a transaction that found it expired.
const readMoment = statement({
  name: 'audit_moment',
  group: 'any',
  params: [],
  columns: { moment: 'timestamp with time zone' },
  text: `select date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond' as moment`,
});

const countRows = statement({
  name: 'audit_counts',
  group: 'same-server',
  params: [],
  columns: {
    performances: 'bigint',
    seats: 'bigint',
    reservations: 'bigint',
    wallets: 'bigint',
    entries: 'bigint',
  },
  text: `
    select
      (select count(*) from performance) as performances,
      (select count(*) from seat) as seats,
      (select count(*) from reservation) as reservations,
      (select count(*) from wallet) as wallets,
      (select count(*) from ledger_entry) as entries`,
});

/**
 * Checks every invariant. It only reads, on one connection, and blocks nothing. Throws `JournalError` for a
 * malformed journal, `ConnectionUnavailable`, and the database's errors.
 */
export async function auditDatabase(database: Database, options: AuditOptions): Promise<AuditReport> {
  const findings = createFindings(Math.max(1, options.examplesMax ?? 5));
  // The journal is read before the snapshot is taken, so that all that it acknowledges is in the snapshot.
  const requests =
    options.journal === undefined ? undefined : await collectRequests(options.journal, findings);
  const { checkedAt, counts, isReadable } = await database.connect(
    (connection) =>
      connection.transaction(
        { isolation: 'repeatable read', readOnly: true, statementTimeoutMs: STATEMENT_TIMEOUT_MS },
        async (tx) => commit(await checkAll(tx, requests, findings)),
      ),
    options.deadline,
  );
  const invariants = ([1, 2, 3, 4, 5, 6, 7, 8, 9] as const).map((number) => ({
    number,
    title: TITLES[number],
    ...findings.of(number),
    checked: number === 9 || (isReadable && (requests !== undefined || !NEEDS_JOURNAL.has(number))),
  }));
  const clean = invariants.every((invariant) => invariant.violations === 0);
  return { clean, checkedAt, counts, invariants };
}

const NO_COUNTS: AuditReport['counts'] = {
  performances: 0,
  seats: 0,
  reservations: 0,
  wallets: 0,
  entries: 0,
};

async function checkAll(
  tx: Transaction,
  requests: JournaledRequests | undefined,
  findings: Findings,
): Promise<Pick<AuditReport, 'checkedAt' | 'counts'> & { readonly isReadable: boolean }> {
  const [now] = await tx.run(readMoment, []);
  if (now === undefined) throw new Error('a statement without a condition gave no row');
  const { violations, isReadable, isEmpty } = schemaDifferences(await describeSchema(tx));
  for (const violation of violations) findings.add(9, violation);
  // Where no migration has run, the first statement's error says so.
  if (!isReadable && !isEmpty) return { checkedAt: now.moment, counts: NO_COUNTS, isReadable };
  const [counts] = await tx.run(countRows, []);
  if (counts === undefined) throw new Error('a statement without a condition gave no row');
  const note = (invariant: InvariantNumber, rows: readonly { violations: number; example: string }[]): void =>
    findings.addMany(
      invariant,
      rows[0]?.violations ?? 0,
      rows.map((row) => row.example),
    );
  const { examplesMax } = findings;
  for (const check of [...TIMED_SEAT_CHECKS, ...TIMED_SETTLEMENT_CHECKS]) {
    note(check.invariant, await tx.run(check.statement, [examplesMax, now.moment]));
  }
  for (const check of [...SEAT_CHECKS, ...MONEY_CHECKS, ...SETTLEMENT_CHECKS]) {
    note(check.invariant, await tx.run(check.statement, [examplesMax]));
  }
  if (requests !== undefined) await compareJournal(tx, requests, findings);
  return { checkedAt: now.moment, counts, isReadable };
}
