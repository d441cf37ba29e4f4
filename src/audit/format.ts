/** How an audit's report looks in a terminal, and as JSON. */
import Table from 'cli-table3';
import type { AuditReport, InvariantReport } from './report.ts';

/** With borders and padding, these make 100 columns. */
const COLUMN_WIDTHS = [5, 73, 18];

/**
 * Formats the report as a table of at most 100 columns, with examples below their invariants, and a verdict.
 */
export function formatAudit(report: AuditReport): string {
  const table = new Table({
    head: ['', 'Invariant', 'Violations'],
    colWidths: COLUMN_WIDTHS,
    colAligns: ['right', 'left', 'right'],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const invariant of report.invariants) {
    const examples = invariant.examples.map((example) => `- ${example}`);
    table.push([invariant.number, [invariant.title, ...examples].join('\n'), violationsOf(invariant)]);
  }
  return `${table.toString()}\n${countsOf(report)}\n${verdictOf(report)}\n`;
}

/** The report as JSON for programs, with the time in ISO 8601. */
export function auditToJson(report: AuditReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function violationsOf({ violations, checked }: InvariantReport): string {
  return violations === 0 && !checked ? 'needs a journal' : violations.toLocaleString('en-US');
}

function countsOf({ counts, checkedAt, servers }: AuditReport): string {
  const words = Object.entries(counts).map(([what, count]) => `${count.toLocaleString('en-US')} ${what}`);
  const moments = servers?.map((server) => `${server.name} as of ${server.checkedAt.toISOString()}`);
  return `${words.join(', ')}\n${moments?.join('\n') ?? `As of ${checkedAt.toISOString()}`}`;
}

function verdictOf({ clean, invariants }: AuditReport): string {
  const violations = invariants.reduce((sum, invariant) => sum + invariant.violations, 0);
  const unchecked = invariants.filter((invariant) => !invariant.checked).map((invariant) => invariant.number);
  const rest =
    unchecked.length === 0 ? '' : ` (without a journal, ${unchecked.join(' and ')} are not fully checked)`;
  return clean ? `No violation${rest}.` : `${violations.toLocaleString('en-US')} violations${rest}.`;
}
