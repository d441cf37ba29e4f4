/** Money as the reader writes it. */
import { t } from '../i18n/language.ts';
import { count, countShort } from './numbers.ts';

/** `150,000원`, `₩150,000`. */
export function won(amount: number): string {
  return inWon(amount, count);
}

/** Where there is little room: `120만원`, `₩1.2M`. */
export function wonShort(amount: number): string {
  return inWon(amount, countShort);
}

function inWon(amount: number, write: (number: number) => string): string {
  const digits = write(Math.abs(amount));
  const sign = amount < 0 ? '−' : '';
  return t({ ko: `${sign}${digits}원`, en: `${sign}₩${digits}` });
}
