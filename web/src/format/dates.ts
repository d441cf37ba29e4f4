/** Dates and times of day as the reader writes them. */
import type { Text } from '../i18n/language.ts';
import { language, locale, t } from '../i18n/language.ts';

/** Performances are announced in the venue's time, wherever the reader is. */
const VENUE_TIME_ZONE = 'Asia/Seoul';

function format(at: string | number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: VENUE_TIME_ZONE, ...options }).format(new Date(at));
}

function longDate(iso: string): string {
  // With the month in words, Intl leaves out the brackets around a Korean weekday.
  const date = format(iso, { year: 'numeric', month: 'long', day: 'numeric' });
  const dayName = format(iso, { weekday: 'short' });
  return t({ ko: `${date} (${dayName})`, en: `${dayName}, ${date}` });
}

export function shortDate(iso: string): string {
  return format(iso, { month: 'short', day: 'numeric', weekday: 'short' });
}

export function day(iso: string): string {
  return format(iso, { day: 'numeric' }).replace(/\D/g, '');
}

/** `2030년`, `2030`. */
export function year(iso: string): string {
  return format(iso, { year: 'numeric' });
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

/** The time of day, to the second. */
export function clock(ms: number): string {
  return format(ms, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

export function monthAndDay(ms: number): string {
  return format(ms, { month: 'numeric', day: 'numeric' });
}

const SEOUL_TIME: Text = { ko: '(서울 시각)', en: '(Seoul)' };

function readerIsElsewhere(): boolean {
  return new Date().getTimezoneOffset() !== -540;
}
