import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CURRENCY_CODES, currencyOf, decimalOf } from './currency.ts';

describe('a currency', () => {
  it.each([
    ['KRW', 0],
    ['JPY', 0],
    ['EUR', 2],
    ['USD', 2],
    ['KWD', 3],
  ])('%s has a minor unit of %i decimals', (code, minorUnit) => {
    expect(currencyOf(code)).toEqual({ currency: code, minorUnit });
  });

  // ISO 4217 counts the unit of account, CLDR the coins in use.
  it.each([
    ['IQD', 3],
    ['LBP', 2],
    ['AFN', 2],
    ['HUF', 2],
    ['TWD', 2],
  ])('%s has that of ISO 4217, whatever the runtime thinks', (code, minorUnit) => {
    expect(currencyOf(code)?.minorUnit).toBe(minorUnit);
  });

  it.each(['', 'eur', 'EURO', 'XXX', 'XTS', 'XAU', 'DEM', 'toString'])('is not %j', (code) => {
    expect(currencyOf(code)).toBeUndefined();
  });

  it('is listed once', () => {
    expect(new Set(CURRENCY_CODES).size).toBe(CURRENCY_CODES.length);
    expect(CURRENCY_CODES).toEqual(CURRENCY_CODES.filter((code) => /^[A-Z]{3}$/.test(code)));
  });
});

describe('an amount in decimals', () => {
  it.each([
    [0, 'EUR', '0.00'],
    [5, 'EUR', '0.05'],
    [1_250, 'EUR', '12.50'],
    [-1_250, 'EUR', '-12.50'],
    [12_500, 'KWD', '12.500'],
    [1, 'KWD', '0.001'],
    [150_000, 'KRW', '150000'],
    [Number.MAX_SAFE_INTEGER, 'KWD', '9007199254740.991'],
  ])('%i of %s is %s', (amount, code, text) => {
    expect(decimalOf(amount, currencyOf(code)!)).toBe(text);
  });

  it('loses nothing', () => {
    const property = fc.property(
      fc.maxSafeInteger(),
      fc.constantFrom('KRW', 'EUR', 'KWD'),
      (amount, code) => {
        expect(Number(decimalOf(amount, currencyOf(code)!).replace('.', ''))).toBe(amount);
      },
    );
    fc.assert(property);
  });
});
