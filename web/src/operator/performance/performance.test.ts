import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvOf, fileName, recordsOf } from './csv.ts';
import { doorListCsv } from './door-list.ts';
import { salesOverTime } from './sales-over-time.ts';

describe('comma-separated values', () => {
  test('quote what has a meaning in them', () => {
    expect(csvOf([['a', 'b,c', 'say "hi"', 'two\nlines', 7]])).toBe(
      'a,"b,c","say ""hi""","two\nlines",7\r\n',
    );
  });

  test.each(['=1+1', '+82', '-1', '@alice', '\t=1', '\r=1'])('%j is no formula for a spreadsheet', (text) => {
    expect(recordsOf(csvOf([[text]]))).toEqual([[`'${text}`]]);
  });

  test('a negative number stays a number', () => {
    expect(csvOf([[-150_000]])).toBe('-150000\r\n');
  });

  test('are read as they were written', () => {
    const inert = fc.string().filter((text) => !/^[=+\-@\t\r]/.test(text));
    const record = fc.array(inert, { minLength: 1 }).filter((cells) => cells.join('') !== '');
    fc.assert(
      fc.property(fc.array(record), (records) => {
        expect(recordsOf(csvOf(records))).toEqual(records);
      }),
    );
  });

  test('a cell after the last comma is read, also without a line end', () => {
    expect(recordsOf('a,b\nc,')).toEqual([
      ['a', 'b'],
      ['c', ''],
    ]);
  });

  test('what is no such text is refused', () => {
    expect(() => recordsOf('a,"b')).toThrow('comma-separated');
  });
});

test('names of files hold nothing that means something to a disk or a shell', () => {
  expect(fileName('door-list', 'spring-1')).toBe('door-list-spring-1');
  expect(fileName('sales', '../../etc/passwd;rm -rf', '')).toBe('sales-etc-passwd-rm--rf');
});

test('the door list has a line per ticket', () => {
  const tickets = [{ seat: 'A-1-1', reservationId: 'r1', accountId: '@alice' }];
  expect(doorListCsv({ performanceId: 'spring-1', at: '2030-05-01T10:00:00.000Z', tickets })).toBe(
    "seat,reservationId,accountId\r\nA-1-1,r1,'@alice\r\n",
  );
});

describe('sales over time', () => {
  const line = (after: number, kind: string, seats: string, amount: number): string =>
    `${new Date(Date.UTC(2030, 4, 1, 10, 0, after)).toISOString()},${kind},r${after},alice,${seats},${amount}\r\n`;
  const HEAD = 'at,kind,reservationId,accountId,seats,amount\r\n';
  const START = Date.UTC(2030, 4, 1, 10) / 1000;

  test('add up; a refund takes away, whatever the sign of its amount', () => {
    const csv =
      HEAD +
      line(0, 'payment', '"A-1-1,A-1-2"', 300) +
      line(1, 'payment', 'A-1-3', 150) +
      line(3, 'refund', 'A-1-3', 150) +
      line(4, 'refund', 'A-1-1 A-1-2', -300);
    expect(salesOverTime(csv)).toEqual({
      at: [START, START + 1, START + 3, START + 4],
      seats: [2, 3, 2, 0],
      revenue: [300, 450, 300, 0],
    });
  });

  test('the lines may come in any order, and say how many seats instead of which', () => {
    const csv = HEAD + line(2, 'payment', '2', 20) + line(1, 'payment', '1', 10);
    expect(salesOverTime(csv)).toEqual({ at: [START + 1, START + 2], seats: [1, 3], revenue: [10, 30] });
  });

  test('a long sale is shown in steps, and ends with all of it', () => {
    const lines = Array.from({ length: 1_000 }, (_, i) => line(i, 'payment', '1', 10)).join('');
    const { at, seats, revenue } = salesOverTime(HEAD + lines, 50);
    expect(at.length).toBeLessThanOrEqual(51);
    expect(seats.at(-1)).toBe(1_000);
    expect(revenue.at(-1)).toBe(10_000);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
  });

  test('nothing sold is nothing', () => {
    expect(salesOverTime(HEAD)).toEqual({ at: [], seats: [], revenue: [] });
  });

  test('another file is refused', () => {
    expect(() => salesOverTime('a,b\r\n1,2\r\n')).toThrow('no column at');
  });
});
