import fc from 'fast-check';
import { expect, it } from 'vitest';
import { calendarFile } from './calendar-file.ts';

const EVENT = {
  uid: 'spring-1@box.example',
  title: 'Spring, again; or \\ not',
  place: '달빛홀',
  description: 'Stalls A, row\u00a01\n6F1C-1F0E',
  url: 'https://box.example/performances/spring-1',
  startsAt: '2030-03-01T19:00:00+09:00',
  madeAtMs: Date.parse('2029-12-31T23:59:58.999Z'),
};

it('is a calendar by RFC 5545, in UTC', () => {
  expect(calendarFile(EVENT).split('\r\n')).toEqual([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Rowlock//Tickets//EN',
    'BEGIN:VEVENT',
    'UID:spring-1@box.example',
    'DTSTAMP:20291231T235958Z',
    'DTSTART:20300301T100000Z',
    'SUMMARY:Spring\\, again\\; or \\\\ not',
    'LOCATION:달빛홀',
    'DESCRIPTION:Stalls A\\, row\u00a01\\n6F1C-1F0E',
    'URL:https://box.example/performances/spring-1',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]);
});

it('folds long lines, loses nothing of a text, and lets no text begin a line of its own', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.string({ maxLength: 80 }),
      (title, place) => {
        const file = calendarFile({ ...EVENT, title, place });
        const lines = file.split('\r\n');
        for (const line of lines) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
        expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
        const unfolded = file.replaceAll('\r\n ', '').split('\r\n');
        expect(unfolded).toHaveLength(14);
        const read = unfolded
          .find((line) => line.startsWith('SUMMARY:'))!
          .slice('SUMMARY:'.length)
          .replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
        expect(read).toBe(title.replaceAll(/\r\n?/g, '\n').replaceAll(/(?![\t\n])\p{Cc}/gu, ''));
      },
    ),
  );
});
