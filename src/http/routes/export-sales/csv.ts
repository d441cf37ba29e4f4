/** Sales as comma-separated values (RFC 4180) that are safe to open in a spreadsheet: a line per seat. */
import { decimalOf } from '../../../domain/currency.ts';
import type { LocalText } from '../../../box-office/box-office.ts';
import { csvRecord } from '../../../lib/csv.ts';
import type { SaleLine, SaleList } from '../../../box-office/operator/sales.ts';

/** A language of the catalogue's names. */
export type NameLanguage = 'ko' | 'en';

const COLUMNS = [
  'at',
  'venueTime',
  'timeZone',
  'kind',
  'reservationId',
  'accountId',
  'concert',
  'section',
  'row',
  'seat',
  'label',
  'amount',
  'price',
  'currency',
] as const;

/** Lines in one piece of the stream. */
const PIECE_LINES = 500;

/** The header and the lines, each ended by CR LF, in pieces of bounded size. */
export function* salesAsCsv(
  sales: SaleList,
  language: NameLanguage,
): Generator<string, undefined, undefined> {
  let piece = csvRecord(COLUMNS);
  let lines = 1;
  for (const record of recordsOf(sales, language)) {
    piece += record;
    lines += 1;
    if (lines < PIECE_LINES) continue;
    yield piece;
    piece = '';
    lines = 0;
  }
  if (piece !== '') yield piece;
  return undefined;
}

function* recordsOf(sales: SaleList, language: NameLanguage): Generator<string, undefined, undefined> {
  const { title, timeZone, currency, sections } = sales;
  const venueTime = clockIn(timeZone);
  const sectionNames = new Map(
    sections.map(({ id, name }) => [id, name === undefined ? id : nameIn(name, language)]),
  );
  const namesOf = (label: string): readonly [string, string, string] => {
    // Section, row and seat; none of them contains a hyphen.
    const [section = '', row = '', seat = ''] = label.split('-');
    return [sectionNames.get(section) ?? section, row, seat];
  };
  for (const line of sales.lines) {
    const { at, kind, reservationId, accountId } = line;
    const head = [
      at.toISOString(),
      venueTime(at),
      timeZone,
      kind,
      reservationId,
      accountId,
      nameIn(title, language),
    ];
    for (const { label, names, amount } of seatsOf(line, namesOf)) {
      yield csvRecord([...head, ...names, label, amount, decimalOf(amount, sales), currency]);
    }
  }
  return undefined;
}

/** A name may lack a language where no import made it. */
function nameIn(name: Partial<LocalText>, language: NameLanguage): string {
  return name[language] ?? name.ko ?? name.en ?? '';
}

interface SeatCells {
  readonly label: string;
  readonly names: readonly [string, string, string];
  readonly amount: number;
}

/** The line's seats with their prices; all in one where only the sum is known. */
function seatsOf(
  { seats, prices, amount }: SaleLine,
  namesOf: (label: string) => readonly [string, string, string],
): readonly SeatCells[] {
  if (prices === undefined) return [{ label: seats.join(' '), names: ['', '', ''], amount }];
  return seats.map((label, i) => ({ label, names: namesOf(label), amount: prices[i] ?? 0 }));
}

/** `2030-05-01 19:00:00` in the zone, as a spreadsheet reads it. */
function clockIn(timeZone: string): (at: Date) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const of = (...types: readonly Intl.DateTimeFormatPartTypes[]): string[] =>
      types.map((type) => parts.get(type) ?? '');
    return `${of('year', 'month', 'day').join('-')} ${of('hour', 'minute', 'second').join(':')}`;
  };
}
