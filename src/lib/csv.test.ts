import { describe, expect, it } from 'vitest';
import { csvOf, csvRecord } from './csv.ts';

describe('csvRecord', () => {
  it('quotes what would break a line, and writes the given line end', () => {
    expect(csvRecord(['x,y', 'say "no"', 'a\nb'])).toBe('"x,y","say ""no""","a\nb"\r\n');
    expect(csvRecord(['plain', '한글', 'a=b'], '\n')).toBe('plain,한글,a=b\n');
  });

  it('keeps text that a spreadsheet would take for a date or a number', () => {
    const texts = [
      '1-1-2',
      '12/5',
      '007',
      '123456789012345678901',
      '7',
      '1-1-2 1-1-3',
      '2026-01-01T10:00:00Z',
    ];
    expect(csvRecord(texts, '\n')).toBe(
      "'1-1-2,'12/5,'007,'123456789012345678901,7,1-1-2 1-1-3,2026-01-01T10:00:00Z\n",
    );
  });

  it('disarms text that a spreadsheet would run as a formula, and leaves numbers alone', () => {
    expect(csvRecord(['=1+1', '-1', '\r=1', -1, null, true])).toBe(`'=1+1,'-1,"'\r=1",-1,,true\r\n`);
  });
});

it('writes a table: a header and records, each ended by a line feed', () => {
  expect(
    csvOf(
      ['a', 'b'],
      [
        ['x,y', 'z'],
        [1, null],
      ],
    ),
  ).toBe('a,b\n"x,y",z\n1,\n');
});
