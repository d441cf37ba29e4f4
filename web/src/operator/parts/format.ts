/** Numbers as a dashboard writes them; money, dates and names are written as on the buyer's pages. */
import { count } from '../../format/format.ts';
import { language } from '../../i18n/language.ts';

/** The venue's time, as everywhere on these pages. */
const TIME_ZONE = 'Asia/Seoul';

function locale(): string {
  return language.value === 'ko' ? 'ko-KR' : 'en-GB';
}

/** Where there is little room: `₩1.2M`, `120만원`. */
export function wonShort(amount: number): string {
  const sign = amount < 0 ? '−' : '';
  const short = countShort(Math.abs(amount));
  return language.value === 'ko' ? `${sign}${short}원` : `${sign}₩${short}`;
}

function countShort(value: number): string {
  const format = new Intl.NumberFormat(locale(), { notation: 'compact', maximumSignificantDigits: 3 });
  return format.format(value);
}

/** Of a whole, without a fraction; what is not nothing is never shown as 0 %, nor what is not all as 100 %. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '0%';
  const percent = Math.round((part / whole) * 100);
  if (percent === 0 && part > 0) return '<1%';
  if (percent === 100 && part < whole) return '>99%';
  return `${percent}%`;
}

export function milliseconds(value: number | null): string {
  return value === null
    ? '–'
    : `${count(value < 10 ? Math.round(value * 10) / 10 : Math.round(value))}\u00a0ms`;
}

/** The time of day, to the second. */
export function clock(ms: number): string {
  return new Intl.DateTimeFormat(locale(), {
    timeZone: TIME_ZONE,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(ms);
}

export function monthAndDay(ms: number): string {
  const format = { timeZone: TIME_ZONE, month: 'numeric', day: 'numeric' } as const;
  return new Intl.DateTimeFormat(locale(), format).format(ms);
}

/** The two largest units: `2 hrs 5 mins`. */
export function longFor(seconds: number): string {
  const units = [
    ['day', Math.floor(seconds / 86_400)],
    ['hour', Math.floor((seconds % 86_400) / 3_600)],
    ['minute', Math.floor((seconds % 3_600) / 60)],
    ['second', Math.floor(seconds % 60)],
  ] as const;
  const first = units.findIndex(([, value]) => value > 0);
  const shown = first === -1 ? units.slice(-1) : units.slice(first, first + 2);
  return shown
    .map(([unit, value]) =>
      new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'short' }).format(value),
    )
    .join(' ');
}
