/** Comma-separated values (RFC 4180) that are safe to open in a spreadsheet. */

export type CsvCell = string | number | boolean | null;

// A spreadsheet runs a cell that begins with one of these as a formula, quoted or not (OWASP, "CSV
// Injection"). An issuer may name an account `@SUM` or `-1`.
const FORMULA = /^[=+\-@\t\r\n]/;
// It also turns a seat such as 1-1-2 into a date, and drops zeros in front of an account and digits behind the fifteenth.
const CONVERTED = /^(\d{1,4}[-/]\d{1,2}([-/]\d{1,4})?|0\d+|\d{16,})$/;

/** A whole table for a file in git: its lines end with LF. */
export function csvOf(head: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [head, ...rows].map((row) => csvRecord(row, '\n')).join('');
}

/** One record with its line end; the RFC prescribes CR LF. */
export function csvRecord(cells: readonly CsvCell[], lineEnd: '\r\n' | '\n' = '\r\n'): string {
  return `${cells.map(cellOf).join(',')}${lineEnd}`;
}

function cellOf(value: CsvCell): string {
  // Only text comes from outside; a negative number is no formula.
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const harmless = FORMULA.test(value) || CONVERTED.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
