/** Seats as the reader writes them. */
import { language, t } from '../i18n/language.ts';
import { count, countOf } from './numbers.ts';

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

export function seatCount(number: number): string {
  return t({ ko: `${count(number)}석`, en: countOf(number, 'seat') });
}
