/** Comma-separated values by RFC 4180, written so that a spreadsheet takes no cell for a formula. */

// A spreadsheet runs what begins like this, also behind a tab or a line's end (OWASP, "CSV injection").
const FORMULA = /^[=+\-@\t\r]/;
// It also turns a seat such as 1-1-2 into a date, and drops zeros in front of an account and digits behind the fifteenth.
const CONVERTED = /^(\d{1,4}[-/]\d{1,2}([-/]\d{1,4})?|0\d+|\d{16,})$/;

/** One record a line, each ended by CR LF (RFC 4180, section 2). */
export function csvOf(records: readonly (readonly (string | number)[])[]): string {
  return records.map((record) => `${record.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(value: string | number): string {
  // A number is ours, and may be negative; a text may come from anyone.
  if (typeof value === 'number') return String(value);
  const inert = FORMULA.test(value) || CONVERTED.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
