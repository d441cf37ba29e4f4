/** A sentence in the two languages of the reports. */
export interface Text {
  readonly en: string;
  readonly ko: string;
}

export type Language = keyof Text;

/** A number as people read it: two or three significant digits, thousands grouped. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(size >= 10 ? 1 : 2);
}

/** How often something was measured. */
export function timesEn(count: number): string {
  return count === 1 ? 'measured once' : `measured ${count} times`;
}

/** A share as whole per cent; what is nearly all is not called all. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 99 && value < 100) return '>99 %';
  if (value > 0 && value < 1) return '<1 %';
  return `${Math.round(value)} %`;
}
