/** The currency of every amount, as the service's answers name it. */
import { signal } from '@preact/signals';
import type { Currency } from '../../../src/domain/currency.ts';

/** Undefined until an answer has named it; each page reads one that does beside its amounts. */
export const currency = signal<Currency | undefined>(undefined);

/** Takes the currency from an answer, or from the first of its concerts; most answers name none. */
export function noteCurrency(answer: Readonly<Record<string, unknown>>): void {
  const { concerts } = answer;
  const from: unknown = Array.isArray(concerts) ? concerts[0] : answer;
  if (!namesCurrency(from)) return;
  const known = currency.peek();
  if (known?.currency === from.currency && known.minorUnit === from.minorUnit) return;
  currency.value = { currency: from.currency, minorUnit: from.minorUnit };
}

function namesCurrency(value: unknown): value is Currency {
  const { currency: code, minorUnit } = (value ?? {}) as Partial<Record<keyof Currency, unknown>>;
  return typeof code === 'string' && typeof minorUnit === 'number';
}
