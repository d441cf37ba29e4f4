import { describe, expect, it } from 'vitest';
import type { SaleLine, SaleList } from '../../../box-office/operator/sales.ts';
import { currencyOf } from '../../../domain/currency.ts';
import type { NameLanguage } from './csv.ts';
import { salesAsCsv } from './csv.ts';

const HEADER =
  'at,venueTime,timeZone,kind,reservationId,accountId,concert,section,row,seat,label,amount,price,currency\r\n';

const line: SaleLine = {
  at: new Date('2026-05-01T10:00:00.120Z'),
  kind: 'payment',
  reservationId: '6f1c1f0e-6d3a-8c53-9f0e-2d6d8a1b7c44',
  accountId: 'anna',
  seats: ['A-1-1', 'B-12-2'],
  prices: [12_550, 7_000],
  amount: 19_550,
};

const list = (lines: Iterable<SaleLine>, currency = 'EUR', timeZone = 'Europe/Berlin'): SaleList => ({
  ...currencyOf(currency)!,
  title: { ko: '봄밤', en: 'Spring Night' },
  timeZone,
  sections: [{ id: 'A', name: { ko: '1층', en: 'Stalls' } }, { id: 'B' }],
  lines,
});

function csvOf(sales: SaleList, language: NameLanguage = 'en'): string {
  return [...salesAsCsv(sales, language)].join('');
}

/** The cells of each line after the header, without quotes. */
function rowsOf(sales: SaleList, language?: NameLanguage): readonly (readonly string[])[] {
  return csvOf(sales, language)
    .split('\r\n')
    .slice(1, -1)
    .map((row) => row.split(','));
}

/** The cell of the account, as the file has it. */
function accountCell(accountId: string): string {
  const [, cell] = /payment,[\w-]+,([^]*),Spring Night,Stalls,1,1,A-1-1,1,0.01,EUR\r\n$/.exec(
    csvOf(list([{ ...line, accountId, seats: ['A-1-1'], prices: [1], amount: 1 }])),
  ) as unknown as [string, string];
  return cell;
}

describe('sales as CSV', () => {
  it("have a header and a line per seat, with the venue's time, the names and the seat's price", () => {
    expect(csvOf(list([]))).toBe(HEADER);
    const head = `2026-05-01T10:00:00.120Z,2026-05-01 12:00:00,Europe/Berlin,payment,${line.reservationId},anna`;
    expect(csvOf(list([line]))).toBe(
      `${HEADER}${head},Spring Night,Stalls,1,1,A-1-1,12550,125.50,EUR\r\n` +
        `${head},Spring Night,B,12,2,B-12-2,7000,70.00,EUR\r\n`,
    );
  });

  it('have the names in Korean where that is asked for', () => {
    expect(rowsOf(list([line]), 'ko').map((row) => row.slice(6, 8))).toEqual([
      ['봄밤', '1층'],
      ['봄밤', 'B'],
    ]);
  });

  it.each([
    ['KRW', '12550'],
    ['EUR', '125.50'],
    ['KWD', '12.550'],
  ])('have prices with the decimals of %s', (currency, price) => {
    expect(rowsOf(list([line], currency))[0]?.slice(11)).toEqual(['12550', price, currency]);
  });

  it.each([
    ['Asia/Seoul', '2030-12-31T15:00:00Z', '2031-01-01 00:00:00'],
    ['America/New_York', '2030-07-01T03:59:59Z', '2030-06-30 23:59:59'],
    ['UTC', '2030-07-01T00:00:00Z', '2030-07-01 00:00:00'],
  ])("have the date of the venue's clocks in %s", (timeZone, at, local) => {
    const [row] = rowsOf(list([{ ...line, at: new Date(at) }], 'EUR', timeZone));
    expect(row?.slice(1, 3)).toEqual([local, timeZone]);
  });

  it('have one line for seats of which only the sum is known', () => {
    const rows = rowsOf(list([{ ...line, kind: 'refund', prices: undefined }]));
    expect(rows.map((row) => row.slice(7))).toEqual([['', '', '', 'A-1-1 B-12-2', '19550', '195.50', 'EUR']]);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['=HYPERLINK("http://evil.example","x")', `"'=HYPERLINK(""http://evil.example"",""x"")"`],
    ['123456789012345678901', "'123456789012345678901"],
  ])('make %j harmless', (given, cell) => {
    expect(accountCell(given)).toBe(cell);
  });

  it.each([
    ['plain', 'plain'],
    ['a=b', 'a=b'],
    ['a,b', '"a,b"'],
    ['a "b"', '"a ""b"""'],
    ['a\r\nb', '"a\r\nb"'],
    ['한글', '한글'],
  ])('quote %j as RFC 4180 says', (given, cell) => {
    expect(accountCell(given)).toBe(cell);
  });

  it('keep a label and a row as text', () => {
    const rows = rowsOf(list([{ ...line, seats: ['1-1-2', 'A-007-1'] }]));
    expect(rows.map((row) => row.slice(7, 11))).toEqual([
      ['1', '1', '2', "'1-1-2"],
      ['Stalls', "'007", '1', 'A-007-1'],
    ]);
  });

  it('come in pieces of bounded size', () => {
    const pieces = [...salesAsCsv(list(Array.from({ length: 600 }, () => line)), 'en')];
    expect(pieces.map((piece) => piece.split('\r\n').length - 1)).toEqual([500, 500, 201]);
  });
});
