/** Sales as comma-separated values (RFC 4180) that are safe to open in a spreadsheet. */
import type { SaleLine } from '../../../box-office/operator/sales.ts';

const COLUMNS = ['at', 'kind', 'reservationId', 'accountId', 'seats', 'amount'] as const;

/** Lines in one piece of the stream. */
const PIECE_LINES = 500;

/** The header and the lines, each ended by CR LF, in pieces of bounded size. */
export function* salesAsCsv(sales: Iterable<SaleLine>): Generator<string, undefined, undefined> {
  let piece = lineOf(COLUMNS);
  let lines = 1;
  for (const { at, kind, reservationId, accountId, seats, amount } of sales) {
    piece += lineOf([at.toISOString(), kind, reservationId, accountId, seats.join(' '), String(amount)]);
    lines += 1;
    if (lines < PIECE_LINES) continue;
    yield piece;
    piece = '';
    lines = 0;
  }
  if (piece !== '') yield piece;
  return undefined;
}

function lineOf(cells: readonly string[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

// A spreadsheet runs a cell that begins with one of these as a formula, quoted or not (OWASP, "CSV Injection"); an issuer may
// call an account `@SUM` or `-1`.
const FORMULA = /^[=+\-@\t\r\n]/;

function cellOf(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
