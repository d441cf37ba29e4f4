import { afterAll, describe, expect, it, vi } from 'vitest';

// The pages ask the browser for their language as they load.
vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('navigator', { language: 'ko' });
const { language } = await import('../i18n/language.ts');
const { seatName, seatNames } = await import('./seats.ts');

const SECTIONS = [
  { id: 'A', name: { ko: '1층 A구역', en: 'Stalls A' } },
  { id: '101', name: { ko: '1층 101구역', en: 'Lower 101' } },
  { id: 'C' },
];

/** In Korean, in English; with ordinary spaces. */
function inBoth(...labels: readonly string[]): readonly string[] {
  return (['ko', 'en'] as const).map((one) => {
    language.value = one;
    return seatNames(labels, SECTIONS).replaceAll('\u00a0', ' ');
  });
}

describe("a seat's name", () => {
  afterAll(() => vi.unstubAllGlobals());

  it('is its section as the map calls it, its row and its number', () => {
    expect(inBoth('A-2-5')).toEqual(['1층 A구역 2열 5번', 'Stalls A, row 2, seat 5']);
    expect(inBoth('101-12-1')).toEqual(['1층 101구역 12열 1번', 'Lower 101, row 12, seat 1']);
  });

  it('may be broken into lines, but not between a word and its number', () => {
    language.value = 'en';
    expect(seatName('A-2-5', SECTIONS).split(' ')).toEqual(['Stalls', 'A,', 'row\u00a02,', 'seat\u00a05']);
    language.value = 'ko';
    expect(seatName('A-2-5', SECTIONS).split(' ')).toEqual(['1층', 'A구역', '2열', '5번']);
  });

  it('names the section by its id where it has no name or is not known', () => {
    expect(inBoth('C-1-1')).toEqual(['C구역 1열 1번', 'Section C, row 1, seat 1']);
    expect(inBoth('Z-1-1')).toEqual(['Z구역 1열 1번', 'Section Z, row 1, seat 1']);
  });

  it('keeps the letters of rows and numbers', () => {
    expect(inBoth('A-AA-5b')).toEqual(['1층 A구역 AA열 5b번', 'Stalls A, row AA, seat 5b']);
  });

  it('is the label itself where that has no row', () => {
    expect(inBoth('#12')).toEqual(['#12', '#12']);
    expect(inBoth('#12', '#13')).toEqual(['#12 · #13', '#12; #13']);
  });

  it('joins the seats of one row, and keeps rows apart', () => {
    expect(inBoth('A-2-5', 'A-2-6')).toEqual(['1층 A구역 2열 5번, 6번', 'Stalls A, row 2, seats 5 and 6']);
    expect(inBoth('A-2-5', 'C-2-1', 'A-2-6', 'A-2-7')).toEqual([
      '1층 A구역 2열 5번, 6번, 7번 · C구역 2열 1번',
      'Stalls A, row 2, seats 5, 6 and 7; Section C, row 2, seat 1',
    ]);
  });

  it('is empty for no seats', () => {
    expect(inBoth()).toEqual(['', '']);
  });
});
