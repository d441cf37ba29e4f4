import { describe, expect, it } from 'vitest';
import type { SaleLine } from '../../../box-office/operator/sales.ts';
import { salesAsCsv } from './csv.ts';

const HEADER = 'at,kind,reservationId,accountId,seats,amount\r\n';

const line: SaleLine = {
  at: new Date('2026-05-01T10:00:00.120Z'),
  kind: 'payment',
  reservationId: '6f1c1f0e-6d3a-8c53-9f0e-2d6d8a1b7c44',
  accountId: 'anna',
  seats: ['A-1-1', 'A-1-2'],
  amount: 100_000,
};

function csvOf(lines: Iterable<SaleLine>): string {
  return [...salesAsCsv(lines)].join('');
}

/** The cell of the account, as the file has it. */
function accountCell(accountId: string): string {
  const [, cell] = /payment,[\w-]+,([^]*),seat,1\r\n$/.exec(
    csvOf([{ ...line, accountId, seats: ['seat'], amount: 1 }]),
  ) as unknown as [string, string];
  return cell;
}

describe('sales as CSV', () => {
  it('have a header and a line each, ended by CR LF', () => {
    expect(csvOf([])).toBe(HEADER);
    expect(csvOf([line])).toBe(
      `${HEADER}2026-05-01T10:00:00.120Z,payment,6f1c1f0e-6d3a-8c53-9f0e-2d6d8a1b7c44,anna,A-1-1 A-1-2,100000\r\n`,
    );
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

  it('escape a label, too', () => {
    expect(csvOf([{ ...line, seats: ['=A-1-1', 'B'] }])).toContain(",anna,'=A-1-1 B,100000\r\n");
  });

  it('come in pieces of bounded size', () => {
    const pieces = [...salesAsCsv(Array.from({ length: 1_200 }, () => line))];
    expect(pieces.map((piece) => piece.split('\r\n').length - 1)).toEqual([500, 500, 201]);
  });
});
