/** Money, times and seats as the reader writes them. */
import type { Text } from '../i18n/language.ts';
import { language, t } from '../i18n/language.ts';

/** Performances are announced in the venue's time, wherever the reader is. */
const VENUE_TIME_ZONE = 'Asia/Seoul';

function locale(): string {
  return language.value === 'ko' ? 'ko-KR' : 'en-GB';
}

/** Won: 150,000원, ₩150,000. */
export function won(amount: number): string {
  const digits = new Intl.NumberFormat(locale()).format(Math.abs(amount));
  const sign = amount < 0 ? '−' : '';
  return language.value === 'ko' ? `${sign}${digits}원` : `${sign}₩${digits}`;
}

export function count(number: number): string {
  return new Intl.NumberFormat(locale()).format(number);
}

function format(iso: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: VENUE_TIME_ZONE, ...options }).format(new Date(iso));
}

function longDate(iso: string): string {
  if (language.value === 'en') {
    return format(iso, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' });
  }
  // With the month in words, Intl leaves the brackets out that a Korean weekday has.
  const date = format(iso, { year: 'numeric', month: 'long', day: 'numeric' });
  return `${date} (${format(iso, { weekday: 'short' })})`;
}

export function shortDate(iso: string): string {
  return format(iso, { month: 'short', day: 'numeric', weekday: 'short' });
}

export function day(iso: string): string {
  return format(iso, { day: 'numeric' }).replace(/\D/g, '');
}

export function monthAndYear(iso: string): string {
  return format(iso, { year: 'numeric', month: 'long' });
}

export function weekday(iso: string): string {
  return format(iso, { weekday: 'long' });
}

/** The time of day, with the word Seoul for readers elsewhere. */
export function time(iso: string): string {
  const written = format(iso, { hour: 'numeric', minute: '2-digit', hour12: language.value === 'ko' });
  // 오후 and 7:30 stay on one line.
  const text = written.replaceAll(' ', '\u00a0');
  return readerIsElsewhere() ? `${text} ${t(SEOUL_TIME)}` : text;
}

export function dateAndTime(iso: string): string {
  return `${longDate(iso)} ${time(iso)}`;
}

/** A moment of the buyer's own, such as a payment: in the same time zone, short. */
export function moment(iso: string): string {
  return format(iso, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

const SEOUL_TIME: Text = { ko: '(서울 시각)', en: '(Seoul)' };

function readerIsElsewhere(): boolean {
  return new Date().getTimezoneOffset() !== -540;
}

/** A text of the catalogue, which may lack a language. */
export function local(text: Readonly<Record<string, string>> | undefined): string {
  return text?.[language.value] ?? text?.['ko'] ?? text?.['en'] ?? '';
}

/** `A-1-3` → A구역 1열 3번. Sections may have hyphens of their own; rows and seats are the last two parts. */
export function seatName(label: string): string {
  return seatNames([label]);
}

/** Several seats, those of one row together: A구역 1열 3번, 4번. */
export function seatNames(labels: readonly string[]): string {
  const rows = new Map<string, string[]>();
  for (const label of labels) {
    const end = label.lastIndexOf('-');
    const row = label.slice(0, Math.max(0, end));
    rows.set(row, [...(rows.get(row) ?? []), label.slice(end + 1)]);
  }
  return [...rows].map(([row, numbers]) => rowName(row, numbers)).join(' · ');
}

function rowName(label: string, numbers: readonly string[]): string {
  const end = label.lastIndexOf('-');
  const [section, row] = [label.slice(0, Math.max(0, end)), label.slice(end + 1)];
  if (section === '') return numbers.join(', ');
  if (language.value === 'ko')
    return `${section}구역 ${row}열 ${numbers.map((one) => `${one}번`).join(', ')}`;
  return `${section}, row ${row}, ${numbers.length === 1 ? 'seat' : 'seats'} ${numbers.join(', ')}`;
}

export function seats(number: number): string {
  return language.value === 'ko' ? `${number}석` : countOf(number, 'seat');
}

/** In English: `1 seat`, `1,200 seats`. */
export function countOf(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** 4:05, 1:02:03, or days before it. */
export function duration(seconds: number): string {
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor((seconds % 86_400) / 3600)];
  const rest = [Math.floor((seconds % 3600) / 60), seconds % 60].map((part) => String(part).padStart(2, '0'));
  const clock = hours > 0 || days > 0 ? `${hours}:${rest.join(':')}` : rest.join(':').replace(/^0/, '');
  if (days === 0) return clock;
  return language.value === 'ko' ? `${count(days)}일 ${clock}` : `${countOf(days, 'day')} ${clock}`;
}
