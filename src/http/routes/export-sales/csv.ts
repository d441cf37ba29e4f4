/** Sales as comma-separated values (RFC 4180) that are safe to open in a spreadsheet. */
import { csvRecord } from '../../../lib/csv.ts';
import type { SaleLine } from '../../../box-office/operator/sales.ts';

const COLUMNS = ['at', 'kind', 'reservationId', 'accountId', 'seats', 'amount'] as const;

/** Lines in one piece of the stream. */
const PIECE_LINES = 500;

/** The header and the lines, each ended by CR LF, in pieces of bounded size. */
export function* salesAsCsv(sales: Iterable<SaleLine>): Generator<string, undefined, undefined> {
  let piece = csvRecord(COLUMNS);
  let lines = 1;
  for (const { at, kind, reservationId, accountId, seats, amount } of sales) {
    piece += csvRecord([at.toISOString(), kind, reservationId, accountId, seats.join(' '), amount]);
    lines += 1;
    if (lines < PIECE_LINES) continue;
    yield piece;
    piece = '';
    lines = 0;
  }
  if (piece !== '') yield piece;
  return undefined;
}
