/** Durations as the reader writes them. */
import { locale, t } from '../i18n/language.ts';
import { count, countOf } from './numbers.ts';

/** 4:05, 1:02:03, or days before it. */
export function duration(seconds: number): string {
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor((seconds % 86_400) / 3600)];
  const rest = [Math.floor((seconds % 3600) / 60), seconds % 60].map((part) => String(part).padStart(2, '0'));
  const clock = hours > 0 || days > 0 ? `${hours}:${rest.join(':')}` : rest.join(':').replace(/^0/, '');
  if (days === 0) return clock;
  return t({ ko: `${count(days)}일 ${clock}`, en: `${countOf(days, 'day')} ${clock}` });
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

export function milliseconds(value: number | null): string {
  return value === null
    ? '–'
    : `${count(value < 10 ? Math.round(value * 10) / 10 : Math.round(value))}\u00a0ms`;
}
