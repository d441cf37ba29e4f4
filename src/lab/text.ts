import type { Measured, Point } from './statistics.ts';
import { CONFIDENCE, meanPoint, medianPoint } from './statistics.ts';
/** A text in the two languages of the reports. */
export interface Text {
  readonly en: string;
  readonly ko: string;
}

export type Language = keyof Text;

export interface Titled {
  readonly title: Text;
  readonly caption: Text;
}

/** Values for the `{name}` marks of a text. */
export type Figures = Readonly<Record<string, string | number | Text | undefined>>;

/** Replaces each `{name}` in the text by its value. Throws for a name without a value. */
export function fill(text: Text, figures: Figures): Text {
  const filled = (language: Language): string =>
    text[language].replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = figures[name];
      if (value === undefined) throw new Error(`the text lacks {${name}}`);
      return typeof value === 'object' ? value[language] : String(value);
    });
  return { en: filled('en'), ko: filled('ko') };
}

export function listed(texts: readonly Text[], separator = '; '): Text {
  return {
    en: texts.map(({ en }) => en).join(separator),
    ko: texts.map(({ ko }) => ko).join(separator),
  };
}

/** The number of repeats: `repeats` for Korean texts, `times` for English ones. */
export function timesOf(repeats: number): { readonly repeats: number; readonly times: string } {
  return { repeats, times: repeats === 1 ? 'measured once' : `measured ${repeats} times` };
}

/** A number for readers: about three significant digits, thousands grouped. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(size >= 10 ? 1 : 2);
}

/** A share in whole per cent; nearly all is not rounded to all. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 99 && value < 100) return '>99 %';
  if (value > 0 && value < 1) return '<1 %';
  return `${Math.round(value)} %`;
}

type Format = (value: number) => string;

/** A mean with its interval: `5.1 (4.6–5.6)`. */
export function meanText(measured: Measured, format: Format = figure): string {
  return pointText(meanPoint(measured), format);
}

/** A median with its interval: `5 (4–6)`, or `5 (4–6, 75 %)` where three runs allow no more confidence. */
export function medianText(measured: Measured, format: Format = figure): string {
  return pointText(medianPoint(measured), format);
}

export function pointText(point: Point, format: Format = figure): string {
  if (point.value === null) return '–';
  const interval = intervalText(point, format);
  return interval === '' ? format(point.value) : `${format(point.value)} (${interval})`;
}

/** The interval alone; empty for a single run, and where it is a single value. */
export function intervalText({ interval }: Point, format: Format = figure): string {
  if (interval === null) return '';
  const [low, high] = [format(interval.low), format(interval.high)];
  if (low === high) return '';
  const sure = interval.confidence < CONFIDENCE ? `, ${percent(interval.confidence)}` : '';
  return `${low}–${high}${sure}`;
}
