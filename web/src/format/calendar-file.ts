/** A performance as a calendar file (RFC 5545), for the reader's own calendar. */

export interface CalendarEvent {
  /** The same for the same event: a calendar then replaces what it has. */
  readonly uid: string;
  readonly title: string;
  readonly place: string;
  readonly description: string;
  readonly url: string;
  /** ISO 8601. It has no end: nobody knows how long a concert goes on. */
  readonly startsAt: string;
  /** When the file is made, in milliseconds since 1970. */
  readonly madeAtMs: number;
}

export const CALENDAR_TYPE = 'text/calendar;charset=utf-8';

/** Times are in UTC, which every calendar shows in its reader's zone. */
export function calendarFile(event: CalendarEvent): string {
  const { uid, title, place, description, url, startsAt, madeAtMs } = event;
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Rowlock//Tickets//EN',
    'BEGIN:VEVENT',
    `UID:${escaped(uid)}`,
    `DTSTAMP:${utc(madeAtMs)}`,
    `DTSTART:${utc(Date.parse(startsAt))}`,
    `SUMMARY:${escaped(title)}`,
    `LOCATION:${escaped(place)}`,
    `DESCRIPTION:${escaped(description)}`,
    `URL:${url}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** `20300301T100000Z` */
function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** Of the value type TEXT (3.3.11). Other control characters are not allowed in it. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\\;,]/g, String.raw`\$&`)
    .replaceAll(/\r\n?|\n/g, String.raw`\n`)
    .replaceAll(/(?!\t)\p{Cc}/gu, '');
}

const LINE_BYTES_MAX = 75;

/** Content lines of at most 75 bytes (3.1), never broken within a character. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let bytes = 0;
  let text = '';
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (bytes + size > LINE_BYTES_MAX) {
      text += '\r\n ';
      bytes = 1;
    }
    text += character;
    bytes += size;
  }
  return text;
}
