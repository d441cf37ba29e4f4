/** Money as the reader writes it, and as the reader types it. */
import { currency } from '../api/currency.ts';
import type { Currency } from '../../../src/domain/currency.ts';
import { decimalOf } from '../../../src/domain/currency.ts';
import { language, locale } from '../i18n/language.ts';

/** Of the width of a digit, where the currency is not known yet. */
const UNKNOWN = '\u2007';

/** `150,000원`, `₩150,000`, `€12.50`, of minor units. */
export function money(amount: number): string {
  const of = currency.value;
  if (of === undefined) return UNKNOWN;
  // As text, because a floating-point number would lose a digit of the largest amounts.
  return written(amount, of, decimalOf(Math.abs(amount), of) as `${number}`, {
    minimumFractionDigits: of.minorUnit,
    maximumFractionDigits: of.minorUnit,
  });
}

/** Where there is little room: `120만원`, `₩1.2M`. */
export function moneyShort(amount: number): string {
  const of = currency.value;
  if (of === undefined) return UNKNOWN;
  return written(amount, of, Math.abs(amount) / 10 ** of.minorUnit, {
    notation: 'compact',
    maximumSignificantDigits: 3,
  });
}

function written(
  amount: number,
  { currency: code }: Currency,
  figure: number | `${number}`,
  options: Intl.NumberFormatOptions,
): string {
  const sign = amount < 0 ? '−' : '';
  // In Korean, won are written in words behind the figure; `Intl` has only the sign before it.
  const isWon = code === 'KRW' && language.value === 'ko';
  const style = isWon ? {} : { style: 'currency' as const, currency: code };
  const digits = formatOf(locale(), { ...style, ...options }).format(figure);
  return isWon ? `${sign}${digits}원` : `${sign}${digits}`;
}

/** Formats are kept: to make one costs more than to draw a section of the map. */
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(of: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${of} ${JSON.stringify(options)}`;
  const kept = formats.get(key) ?? new Intl.NumberFormat(of, options);
  formats.set(key, kept);
  return kept;
}

/**
 * Minor units of what was typed, `1,234.50` for example, by the reader's separators; undefined for all else. Groups must
 * be whole, so that a decimal comma is not taken for one.
 */
export function parsedAmount(text: string, minorUnit: number): number | undefined {
  const parts = formatOf(locale(), {}).formatToParts(1_234.5);
  const separator = (type: 'group' | 'decimal'): string =>
    parts.find((part) => part.type === type)?.value ?? '';
  const [group, decimal] = [separator('group'), separator('decimal')];
  const [whole = '', fraction, ...rest] = text.trim().split(decimal);
  const isGrouped = new RegExp(`^\\d{1,3}(\\${group}\\d{3})+$`).test(whole);
  if (rest.length > 0 || !(isGrouped || /^\d+$/.test(whole))) return undefined;
  if (fraction !== undefined && !(/^\d+$/.test(fraction) && fraction.length <= minorUnit)) return undefined;
  const amount = Number(whole.replaceAll(group, '') + (fraction ?? '').padEnd(minorUnit, '0'));
  return Number.isSafeInteger(amount) ? amount : undefined;
}

/** An amount in an input: `1234.50`, as `parsedAmount` reads it. */
export function typedAmount(amount: number, of: Currency): string {
  const decimal = formatOf(locale(), {})
    .formatToParts(0.5)
    .find(({ type }) => type === 'decimal')?.value;
  return decimalOf(amount, of).replace('.', decimal ?? '.');
}

/** A round amount of the size of `amount`: a power of ten, at least one of the currency's whole units. */
export function roundAmountNear(amount: number): number {
  const unit = 10 ** (currency.value?.minorUnit ?? 0);
  return Math.max(10 ** Math.round(Math.log10(Math.max(1, amount))), 10 * unit);
}
