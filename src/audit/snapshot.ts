/** A server's snapshot, and what is checked in it. */
import type { Connection, Database, Transaction } from '../db/database.ts';
import { commit } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { Deadline } from '../lib/deadline.ts';
import type { AcrossCheck, Findings, InvariantNumber } from './checks/checks.ts';
import { MONEY_ACROSS_CHECKS, MONEY_CHECKS } from './checks/money.ts';
import { SEAT_ACROSS_CHECKS, SEAT_CHECKS, TIMED_SEAT_CHECKS } from './checks/seats.ts';
import {
  ATTEMPT_CHECKS,
  SETTLEMENT_ACROSS_CHECKS,
  SETTLEMENT_CHECKS,
  TIMED_SETTLEMENT_CHECKS,
} from './checks/settlement.ts';
import type { AuditReport } from './report.ts';
import { schemaDifferences } from './schema/compare.ts';
import { describeSchema } from './schema/describe.ts';

/** An audit reads whole tables; what takes longer than this is stuck. */
const STATEMENT_TIMEOUT_MS = 600_000;

/** Works in one snapshot of the database, which it only reads. */
export function inAuditSnapshot<T>(
  database: Database,
  deadline: Deadline | undefined,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return database.connect((connection) => snapshotOf(connection, work), deadline);
}

/** The same on a connection. */
export function snapshotOf<T>(connection: Connection, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return connection.transaction(
    { isolation: 'repeatable read', readOnly: true, statementTimeoutMs: STATEMENT_TIMEOUT_MS },
    async (tx) => commit(await work(tx)),
  );
}

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

/** Takes the snapshot, and compares the schema. `isReadable`: the other checks have all that they read. */
export async function beginSnapshot(
  tx: Transaction,
  findings: Findings,
): Promise<{ readonly checkedAt: Date; readonly isReadable: boolean }> {
  const [now] = await tx.run(readMoment, []);
  if (now === undefined) throw new Error('a statement without a condition gave no row');
  const { violations, isReadable, isEmpty } = schemaDifferences(await describeSchema(tx));
  for (const violation of violations) findings.add(9, violation);
  // Where no migration has run, the first statement's error says so.
  return { checkedAt: now.moment, isReadable: isReadable || isEmpty };
}

const performanceCounts = statement({
  name: 'audit_performance_counts',
  group: 'performance',
  params: [],
  columns: { performances: 'bigint', seats: 'bigint', reservations: 'bigint' },
  text: `
    select
      (select count(*) from performance) as performances,
      (select count(*) from seat) as seats,
      (select count(*) from reservation) as reservations`,
});

const accountCounts = statement({
  name: 'audit_account_counts',
  group: 'account',
  params: [],
  columns: { wallets: 'bigint', entries: 'bigint' },
  text: `select (select count(*) from wallet) as wallets, (select count(*) from ledger_entry) as entries`,
});

type Counts = AuditReport['counts'];

/** How many rows of performances there are. */
export async function countPerformances(
  tx: Transaction,
): Promise<Pick<Counts, 'performances' | 'seats' | 'reservations'>> {
  const [counts] = await tx.run(performanceCounts, []);
  return counts ?? { performances: 0, seats: 0, reservations: 0 };
}

/** How many rows of accounts there are. */
export async function countAccounts(tx: Transaction): Promise<Pick<Counts, 'wallets' | 'entries'>> {
  const [counts] = await tx.run(accountCounts, []);
  return counts ?? { wallets: 0, entries: 0 };
}

/** Checks the performances by themselves, at the snapshot's moment. */
export async function checkPerformances(tx: Transaction, findings: Findings, moment: Date): Promise<void> {
  const { examplesMax } = findings;
  for (const check of [...TIMED_SEAT_CHECKS, ...TIMED_SETTLEMENT_CHECKS]) {
    note(findings, check.invariant, await tx.run(check.statement, [examplesMax, moment]));
  }
  for (const check of [...SEAT_CHECKS, ...ATTEMPT_CHECKS]) {
    note(findings, check.invariant, await tx.run(check.statement, [examplesMax]));
  }
}

/** Checks the accounts by themselves. */
export async function checkAccounts(tx: Transaction, findings: Findings): Promise<void> {
  for (const check of [...MONEY_CHECKS, ...SETTLEMENT_CHECKS]) {
    note(findings, check.invariant, await tx.run(check.statement, [findings.examplesMax]));
  }
}

const ACROSS_CHECKS: readonly AcrossCheck[] = [
  ...MONEY_ACROSS_CHECKS,
  ...SEAT_ACROSS_CHECKS,
  ...SETTLEMENT_ACROSS_CHECKS,
];

/** Checks performances against accounts. */
export async function checkAcross(tx: Transaction, findings: Findings): Promise<void> {
  for (const check of ACROSS_CHECKS) {
    note(findings, check.invariant, await tx.run(check.statement, [findings.examplesMax]));
  }
}

/** The reservations of which performances and accounts disagree, at most `max` for each check. */
export async function readDisagreements(tx: Transaction, max: number): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const check of ACROSS_CHECKS) {
    for (const row of await tx.run(check.statement, [max])) found.add(row.reservation_id);
  }
  return found;
}

function note(
  findings: Findings,
  invariant: InvariantNumber,
  rows: readonly { readonly violations: number; readonly example: string }[],
): void {
  findings.addMany(
    invariant,
    rows[0]?.violations ?? 0,
    rows.map((row) => row.example),
  );
}
