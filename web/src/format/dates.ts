/**
 * Dates and times of day as the reader writes them. A performance's are in its venue's time zone, which is named, with the
 * reader's own time beside them, where the two differ.
 */
import { language, locale, t } from '../i18n/language.ts';

/** The reader's own zone. */
const OWN = undefined;

type Zone = string | undefined;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale()} ${timeZone} ${JSON.stringify(options)}`;
  const kept = formats.get(key) ?? newFormat(timeZone, options);
  formats.set(key, kept);
  return kept;
}

function newFormat(timeZone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale(), { ...(timeZone !== OWN && { timeZone }), ...options });
  } catch {
    // An older browser may not know the zone: the time in UTC, which is then named, is better than none.
    return new Intl.DateTimeFormat(locale(), { ...options, timeZone: 'UTC' });
  }
}

function format(at: string | number, timeZone: Zone, options: Intl.DateTimeFormatOptions): string {
  return formatOf(timeZone, options).format(new Date(at));
}

function longDate(iso: string, timeZone: Zone): string {
  // With the month in words, Intl leaves out the brackets around a Korean weekday.
  const date = format(iso, timeZone, { year: 'numeric', month: 'long', day: 'numeric' });
  const dayName = format(iso, timeZone, { weekday: 'short' });
  return t({ ko: `${date} (${dayName})`, en: `${dayName}, ${date}` });
}

export function shortDate(iso: string, timeZone: Zone): string {
  return format(iso, timeZone, { month: 'short', day: 'numeric', weekday: 'short' });
}

export function day(iso: string, timeZone: Zone): string {
  return format(iso, timeZone, { day: 'numeric' }).replace(/\D/g, '');
}

export function monthAndYear(iso: string, timeZone: Zone): string {
  return format(iso, timeZone, { year: 'numeric', month: 'short' });
}

export function weekday(iso: string, timeZone: Zone): string {
  return format(iso, timeZone, { weekday: 'long' });
}

/** A performance's start, where it is played. */
export interface VenueTime {
  readonly startsAt: string;
  readonly timeZone: string;
}

/** The days from the first to the last performance, with their years: once, or with each where a run goes over New Year. */
export function dateRange(first: VenueTime, last: VenueTime): string {
  const [from, to] = [dayAndYear(first), dayAndYear(last)];
  if (from.inYear === to.inYear) return from.inYear;
  if (from.year !== to.year) return `${from.inYear} – ${to.inYear}`;
  const days = `${from.day} – ${to.day}`;
  return t({ ko: `${from.year} ${days}`, en: `${days} ${from.year}` });
}

function dayAndYear({ startsAt, timeZone }: VenueTime): Record<'day' | 'year' | 'inYear', string> {
  const [date, year] = [shortDate(startsAt, timeZone), format(startsAt, timeZone, { year: 'numeric' })];
  return { day: date, year, inYear: t({ ko: `${year} ${date}`, en: `${date} ${year}` }) };
}

/** The time of day, with the name of the zone where the reader's clock shows another. */
export function time(iso: string, timeZone: Zone): string {
  const text = timeOfDay(iso, timeZone);
  return isElsewhere(iso, timeZone) ? `${text} ${zoneName(timeZone, iso)}` : text;
}

/** `Wed, 1 May 2030 19:00`; for a reader elsewhere `Wed, 1 May 2030 19:00 CEST (your time: Thu 2 May, 02:00)`. */
export function dateAndTime(iso: string, timeZone: Zone): string {
  const own = ownTime(iso, timeZone);
  const inBrackets = own === undefined ? '' : t({ ko: ` (내 시각 ${own})`, en: ` (your time: ${own})` });
  return `${longDate(iso, timeZone)} ${time(iso, timeZone)}${inBrackets}`;
}

/** The reader's own time, with its date where that is another; undefined where the reader's clock shows the venue's time. */
export function ownTime(iso: string, timeZone: Zone): string | undefined {
  if (!isElsewhere(iso, timeZone)) return undefined;
  const date = shortDate(iso, OWN);
  const text = timeOfDay(iso, OWN);
  return date === shortDate(iso, timeZone) ? text : t({ ko: `${date} ${text}`, en: `${date}, ${text}` });
}

function timeOfDay(iso: string, timeZone: Zone): string {
  const written = format(iso, timeZone, {
    ...(language.value === 'ko' ? { hour: 'numeric', hour12: true } : { hour: '2-digit', hourCycle: 'h23' }),
    minute: '2-digit',
  });
  // 오후 and 7:30 stay on one line.
  return written.replaceAll(' ', '\u00a0');
}

/** As the reader calls it at that moment: `CEST`, or the place where that is only an offset: `독일 시간`, `New York Time`. */
function zoneName(timeZone: Zone, iso: string): string {
  const named = (timeZoneName: 'short' | 'shortGeneric'): string =>
    formatOf(timeZone, { timeZoneName })
      .formatToParts(new Date(iso))
      .find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const short = named('short');
  return (/^GMT[+-]/.test(short) ? named('shortGeneric') : short).replaceAll(' ', '\u00a0');
}

function isElsewhere(iso: string, timeZone: Zone): boolean {
  const all = { dateStyle: 'short', timeStyle: 'short' } as const;
  return format(iso, timeZone, all) !== format(iso, OWN, all);
}

/** A moment of the reader's own, such as a payment: in the reader's zone, short. */
export function moment(iso: string): string {
  return format(iso, OWN, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

/** The time of day in the reader's zone, to the second. */
export function clock(ms: number): string {
  return format(ms, OWN, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

/** In the reader's zone. */
export function monthAndDay(ms: number): string {
  return format(ms, OWN, { month: 'numeric', day: 'numeric' });
}
