import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { currencyOf, decimalOf } from '../../../src/domain/currency.ts';

// The pages ask the browser for their language as they load.
vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('navigator', { language: 'ko' });
const { language } = await import('../i18n/language.ts');
const { currency, noteCurrency } = await import('../api/currency.ts');
const { money, moneyShort, parsedAmount, roundAmountNear, typedAmount } = await import('./money.ts');

const LANGUAGES = ['ko', 'en'] as const;
const inBoth = (write: () => string): readonly string[] =>
  LANGUAGES.map((one) => {
    language.value = one;
    return write().replaceAll('\u00a0', ' ');
  });

afterAll(() => vi.unstubAllGlobals());
beforeEach(() => (currency.value = undefined));

describe('money', () => {
  it.each([
    ['KRW', 150_000, '150,000원', '₩150,000'],
    ['KRW', -150_000, '−150,000원', '−₩150,000'],
    ['JPY', 5_000, 'JP¥5,000', 'JP¥5,000'],
    ['EUR', 1_250, '€12.50', '€12.50'],
    ['EUR', 5, '€0.05', '€0.05'],
    ['KWD', 12_500, 'KWD 12.500', 'KWD 12.500'],
    // ISO 4217's decimals, where `Intl` has none.
    ['IQD', 12_500, 'IQD 12.500', 'IQD 12.500'],
    ['KWD', Number.MAX_SAFE_INTEGER, 'KWD 9,007,199,254,740.991', 'KWD 9,007,199,254,740.991'],
  ])('of %s: %i is written %s and %s', (code, amount, ko, en) => {
    currency.value = currencyOf(code);
    expect(inBoth(() => money(amount))).toEqual([ko, en]);
  });

  it.each([
    ['KRW', 1_200_000, '120만원', '₩1.2M'],
    ['EUR', 123_456_789, '€123만', '€1.23M'],
  ])('of %s is short where there is little room', (code, amount, ko, en) => {
    currency.value = currencyOf(code);
    // Some releases of ICU write the M small.
    expect(inBoth(() => moneyShort(amount).replace(/m$/, 'M'))).toEqual([ko, en]);
  });

  it('has the digits of its decimals, as the sales file has them', () => {
    const property = fc.property(
      fc.maxSafeInteger(),
      fc.constantFrom('KRW', 'EUR', 'KWD'),
      (amount, code) => {
        const of = currencyOf(code)!;
        currency.value = of;
        for (const written of inBoth(() => money(amount))) {
          expect(written.replace('−', '-').replaceAll(/[^\d.-]/g, '')).toBe(decimalOf(amount, of));
        }
      },
    );
    fc.assert(property);
  });

  it('is blank until an answer has named the currency', () => {
    expect(money(1)).toBe('\u2007');
    noteCurrency({ outcome: 'held', amount: 1 });
    noteCurrency({ concerts: [] });
    expect(money(1)).toBe('\u2007');
    noteCurrency({ concerts: [{ currency: 'EUR', minorUnit: 2 }] });
    expect(money(1)).toBe('€0.01');
    noteCurrency({ balance: 1, currency: 'KWD', minorUnit: 3 });
    expect(inBoth(() => money(1))[1]).toBe('KWD 0.001');
  });
});

describe('an amount that is typed', () => {
  it.each([
    ['12.50', 2, 1_250],
    ['12.5', 2, 1_250],
    ['12', 2, 1_200],
    [' 1,234.50 ', 2, 123_450],
    ['0.1', 3, 100],
    ['1000000', 0, 1_000_000],
    ['1,000,000', 0, 1_000_000],
    // Not 1250: a reader of another language means 12.50.
    ['12,50', 2, undefined],
    ['1,23,456', 2, undefined],
    ['1234,567', 2, undefined],
    ['12.505', 2, undefined],
    ['12.5', 0, undefined],
    ['12.', 2, undefined],
    ['.5', 2, undefined],
    ['1.2.3', 3, undefined],
    ['-1', 2, undefined],
    ['1e5', 2, undefined],
    ['0x10', 2, undefined],
    ['١٢', 2, undefined],
    ['', 2, undefined],
    ['99999999999999999', 2, undefined],
  ])('%j with %i decimals is %j', (text, minorUnit, amount) => {
    for (const one of LANGUAGES) {
      language.value = one;
      expect(parsedAmount(text, minorUnit)).toBe(amount);
    }
  });

  it('is read as it is written', () => {
    const property = fc.property(fc.maxSafeNat(), fc.constantFrom('KRW', 'EUR', 'KWD'), (amount, code) => {
      const of = currencyOf(code)!;
      expect(parsedAmount(typedAmount(amount, of), of.minorUnit)).toBe(amount);
    });
    fc.assert(property);
  });
});

describe('a round amount', () => {
  it.each([
    ['KRW', 154_000, 100_000],
    ['EUR', 9_500, 10_000],
    ['KWD', 25_000, 10_000],
    ['EUR', 1, 1_000],
  ])('of %s near %i is %i', (code, amount, round) => {
    currency.value = currencyOf(code);
    expect(roundAmountNear(amount)).toBe(round);
  });
});
