/**
 * The colours of the reports, for light and dark. A plot is drawn in the light ones. A page replaces each by
 * its CSS variable, so no two names may have the same colour.
 */
export const LIGHT = {
  ink: '#1b1f24',
  muted: '#5b6470',
  grid: '#dce1e7',
  won: '#1a7f4b',
  lost: '#c9452c',
  gone: '#7a5aa6',
  idle: '#c3cad3',
  queue: '#e3a32b',
  first: '#2f6fb7',
  second: '#b35f14',
  third: '#0f8b8d',
  fourth: '#a4387d',
  fifth: '#6b7f14',
  sixth: '#46505c',
} as const;

const DARK: Readonly<Record<keyof typeof LIGHT, string>> = {
  ink: '#e9ecef',
  muted: '#9aa5b1',
  grid: '#343d48',
  won: '#45c487',
  lost: '#ff7d60',
  gone: '#b89cec',
  idle: '#4d5865',
  queue: '#ecbd52',
  first: '#6aaefc',
  second: '#f2a561',
  third: '#4fd0d2',
  fourth: '#f08cc9',
  fifth: '#bdd058',
  sixth: '#aab4c0',
};

/** For series without a meaning of their own. */
export const SERIES: readonly string[] = [
  LIGHT.first,
  LIGHT.second,
  LIGHT.third,
  LIGHT.fourth,
  LIGHT.fifth,
  LIGHT.sixth,
];

/** CSS declarations of all colours. */
export const VARIABLES = Object.entries(LIGHT)
  .map(([name, value]) => `--${name}:light-dark(${value},${DARK[name as keyof typeof LIGHT]})`)
  .join(';');

/** A plot whose colours follow the page's. */
export function withVariables(svg: string): string {
  return Object.entries(LIGHT).reduce((text, [name, value]) => text.replaceAll(value, `var(--${name})`), svg);
}
