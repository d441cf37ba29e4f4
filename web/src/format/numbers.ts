/** Counts and shares as the reader writes them. */
import { locale } from '../i18n/language.ts';

export function count(number: number): string {
  // Unlike a new `Intl.NumberFormat`, cheap enough for every section in every frame of the map.
  return number.toLocaleString(locale());
}

/** In English: `1 seat`, `1,200 seats`. */
export function countOf(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** A whole percentage; only nothing is shown as 0 %, and only all as 100 %. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '0%';
  const percent = Math.round((part / whole) * 100);
  if (percent === 0 && part > 0) return '<1%';
  if (percent === 100 && part < whole) return '>99%';
  return `${percent}%`;
}
