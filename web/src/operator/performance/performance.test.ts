import { describe, expect, test } from 'vitest';
import { fileName } from '../../format/file-name.ts';
import { csvOf } from './csv.ts';
import { checkInListCsv } from './check-in-list.ts';

describe('comma-separated values', () => {
  test('quote what has a meaning in them', () => {
    expect(csvOf([['a', 'b,c', 'say "hi"', 'two\nlines', 7]])).toBe(
      'a,"b,c","say ""hi""","two\nlines",7\r\n',
    );
  });

  test.each(['=1+1', '+82', '-1', '@alice', '\t=1', '\r=1'])('%j is no formula for a spreadsheet', (text) => {
    const cell = /[\r\n]/.test(text) ? `"'${text}"` : `'${text}`;
    expect(csvOf([[text]])).toBe(`${cell}\r\n`);
  });

  test.each(['1-1-2', '007', '123456789012345678901'])('%j stays as it is in a spreadsheet', (text) => {
    expect(csvOf([[text]])).toBe(`'${text}\r\n`);
  });

  test('a negative number stays a number', () => {
    expect(csvOf([[-150_000]])).toBe('-150000\r\n');
  });
});

test('names of files hold nothing that means something to a disk or a shell', () => {
  expect(fileName('check-in-list', 'spring-1')).toBe('check-in-list-spring-1');
  expect(fileName('sales', '../../etc/passwd;rm -rf', '')).toBe('sales-etc-passwd-rm--rf');
});

test('the check-in list has a line per ticket', () => {
  const tickets = [
    { seat: 'A-1-1', reservationId: '6f1c1f0e-6d3a-8c53-9f0e-2d6d8a1b7c44', accountId: '@alice' },
  ];
  const list = { performanceId: 'spring-1', at: '2030-05-01T10:00:00.000Z', cancelled: false, tickets };
  expect(checkInListCsv(list)).toBe(
    "seat,reservationId,accountId,code\r\nA-1-1,6f1c1f0e-6d3a-8c53-9f0e-2d6d8a1b7c44,'@alice,6F1C-1F0E\r\n",
  );
});
