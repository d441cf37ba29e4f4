/** Currencies of ISO 4217. */

/** What one amount is an integer of. */
export interface Currency {
  /** An ISO 4217 code such as `EUR`. */
  readonly currency: string;
  /** The decimals of its minor unit: 1250 is 12.50 where it is 2. */
  readonly minorUnit: number;
}

/** Where a catalogue has never named another. */
export const CURRENCY_DEFAULT = 'KRW';

// The active national currencies of ISO 4217, by their minor unit. `Intl` is not asked: its figures are those that cash is
// counted in (CLDR gives IQD and LBP no decimals, ISO 3 and 2), and they change with each release of the runtime.
const CODES_BY_MINOR_UNIT: readonly (readonly [number, string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'],
  [
    2,
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC ' +
      'CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD ' +
      'KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO ' +
      'NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL ' +
      'THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG',
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
];

const MINOR_UNITS: ReadonlyMap<string, number> = new Map(
  CODES_BY_MINOR_UNIT.flatMap(([minorUnit, codes]) =>
    codes.split(' ').map((code) => [code, minorUnit] as const),
  ),
);

/** Every code, in alphabetical order. */
export const CURRENCY_CODES: readonly string[] = [...MINOR_UNITS.keys()].toSorted();

/** The currency of an ISO 4217 code in capitals; undefined for any other text. */
export function currencyOf(code: string): Currency | undefined {
  const minorUnit = MINOR_UNITS.get(code);
  return minorUnit === undefined ? undefined : { currency: code, minorUnit };
}

/** An amount as a decimal number: 1250 minor units of EUR are `12.50`. Exact for every amount. */
export function decimalOf(amount: number, { minorUnit }: Currency): string {
  const digits = String(Math.abs(amount)).padStart(minorUnit + 1, '0');
  const whole = digits.slice(0, digits.length - minorUnit);
  const sign = amount < 0 ? '-' : '';
  return minorUnit === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-minorUnit)}`;
}
