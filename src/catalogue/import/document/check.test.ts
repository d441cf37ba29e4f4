import { describe, expect, it } from 'vitest';
import {
  catalogueDocument,
  changedDocument,
  concertDocument,
  performanceDocument,
  sectionDocument,
  venueDocument,
} from '../../../../test/support/catalogue-documents.ts';
import { checkCatalogue } from './check.ts';
import type { SectionDocument } from './document.ts';
import { CatalogueInvalid } from './problems.ts';

function refusalOf(document: unknown): CatalogueInvalid {
  try {
    checkCatalogue(document);
  } catch (error) {
    if (error instanceof CatalogueInvalid) return error;
    throw error;
  }
  throw new Error('the document was not refused');
}

const BLOCK = '/venues/0/sections/0/blocks/0';
const PERFORMANCE = '/concerts/0/performances/0';

describe('a catalogue that keeps the rules', () => {
  it('is laid out and put in the terms of the tables', () => {
    const { venues, concerts, performances } = checkCatalogue(catalogueDocument('gala'));
    expect(venues[0]?.seats).toHaveLength(10);
    expect(venues[0]?.seats[6]).toMatchObject({ label: 'A-2-2', grade: 'R', x: -0.5, y: 1 });
    expect(concerts).toMatchObject([{ concertId: 'gala-concert', description: {} }]);
    const start = new Date('2040-01-01T10:00:00Z');
    const unset = { saleState: 'open', closesAt: start, seatLimit: 8, holdBudget: 3, refundableUntil: start };
    expect(performances).toMatchObject([{ performanceId: 'gala', venueId: 'gala-venue', ...unset }]);
    expect(performances[0]?.opensAt).toEqual(new Date('2020-01-01T01:00:00Z'));
    expect(performances[0]?.prices).toEqual(new Map([['R', 1_000]]));
  });

  it('may be empty, or have concerts without performances', () => {
    expect(checkCatalogue({ venues: [], concerts: [] })).toEqual({
      currency: undefined,
      venues: [],
      concerts: [],
      performances: [],
    });
    expect(checkCatalogue({ venues: [], concerts: [concertDocument('gala', [])] }).concerts).toHaveLength(1);
  });
});

describe('a currency and a time zone', () => {
  const gala = catalogueDocument('gala');
  it.each([
    'Asia/Seoul',
    'UTC',
    'Etc/GMT-9',
    'America/Argentina/Buenos_Aires',
    'Europe/Kyiv',
    'Asia/Kolkata',
  ])('%s is a zone', (timeZone) => {
    const { venues } = checkCatalogue(changedDocument(gala, { '/venues/0/timeZone': timeZone }));
    expect(venues[0]?.timeZone).toBe(timeZone);
  });

  it('are kept as the document names them', () => {
    expect(checkCatalogue(changedDocument(gala, { '/currency': 'KWD' })).currency).toBe('KWD');
    expect(checkCatalogue(gala)).toMatchObject({ currency: undefined, venues: [{ timeZone: undefined }] });
  });
});

describe('values that contradict each other', () => {
  const sectionB = (y: number, grade = 'R'): SectionDocument => sectionDocument('B', [1], grade, y);
  const sameRow = { grade: 'R', origin: [50, 0], seatStep: [1, 0], rowStep: [0, 1], rows: [1], firstSeat: 5 };
  const start = '2040-01-01T19:00:00+09:00';
  it.each<[string, string, unknown, string, RegExp]>([
    ['no currency', '/currency', 'EUX', '/currency', /^there is no ISO 4217 currency "EUX"$/],
    ['an old currency', '/currency', 'DEM', '/currency', /^there is no ISO 4217 currency/],
    [
      'no zone',
      '/venues/0/timeZone',
      'Mars/Olympus',
      '/venues/0/timeZone',
      /^there is no IANA time zone "Mars\/Olympus"$/,
    ],
    [
      'a zone in capitals',
      '/venues/0/timeZone',
      'Asia/SEOUL',
      '/venues/0/timeZone',
      /^must be written "Asia\/Seoul"$/,
    ],
    [
      'two venues',
      '/venues/-',
      venueDocument('gala-venue'),
      '/venues/1/id',
      /^"gala-venue" is already the id of another venue \(\/venues\/0\/id\)$/,
    ],
    [
      'two sections',
      '/venues/0/sections/-',
      sectionDocument('A', [1], 'R', 50),
      '/venues/0/sections/1/id',
      /"A" is already the id of another section/,
    ],
    [
      'two concerts',
      '/concerts/-',
      concertDocument('gala-concert', []),
      '/concerts/1/id',
      /"gala-concert" is already the id of another concert/,
    ],
    [
      'two performances',
      '/concerts/0/performances/-',
      performanceDocument('gala', 'gala-venue'),
      '/concerts/0/performances/1/id',
      /"gala" is already the id of another performance/,
    ],
    [
      'two labels',
      '/venues/0/sections/0/blocks/-',
      sameRow,
      '/venues/0/sections/0/blocks/1/rows/0',
      /"A-1-5" is already the label of another seat/,
    ],
    [
      'two seats at one place',
      '/venues/0/sections/-',
      sectionB(0),
      '/venues/0/sections/1/blocks/0/rows/0',
      /^places seat B-1-1 at \(0, 0\), the place of seat A-1-3$/,
    ],
    ['no step between seats', `${BLOCK}/seatStep`, [0, 0.001], `${BLOCK}/rows/0`, /the place of seat A-1-1/],
    [
      'a seat beyond the bounds',
      `${BLOCK}/origin`,
      [9_999, 0],
      `${BLOCK}/rows/0`,
      /^places seat A-1-5 at \(10000, 0\), beyond ±9999.99$/,
    ],
    [
      'names for other rows',
      `${BLOCK}/rowNames`,
      ['AA'],
      `${BLOCK}/rowNames`,
      /must name each of the 2 rows, not 1/,
    ],
    [
      'an unpriced grade',
      '/venues/0/sections/-',
      sectionB(50, 'VIP'),
      `${PERFORMANCE}/prices`,
      /must price every grade of the venue: VIP/,
    ],
    [
      'a price for no grade',
      `${PERFORMANCE}/prices/X`,
      1,
      `${PERFORMANCE}/prices/X`,
      /the venue has no seats of this grade/,
    ],
    [
      'an impossible day',
      `${PERFORMANCE}/startsAt`,
      '2039-02-29T19:00:00Z',
      `${PERFORMANCE}/startsAt`,
      /there is no day 2039-02-29/,
    ],
    [
      'another century',
      `${PERFORMANCE}/startsAt`,
      '2240-02-29T19:00:00Z',
      `${PERFORMANCE}/startsAt`,
      /must be in the years 2000 to 2199/,
    ],
    [
      'a sale from the start on',
      `${PERFORMANCE}/sale/opensAt`,
      start,
      `${PERFORMANCE}/sale/opensAt`,
      /must be before startsAt/,
    ],
    [
      'a sale that ends at once',
      `${PERFORMANCE}/sale/closesAt`,
      '2020-01-01T01:00:00Z',
      `${PERFORMANCE}/sale/closesAt`,
      /must be after opensAt/,
    ],
    [
      'refunds after the start',
      `${PERFORMANCE}/refundableUntil`,
      '2040-01-01T19:00:01+09:00',
      `${PERFORMANCE}/refundableUntil`,
      /must not be after startsAt/,
    ],
  ])('%s are refused', (_, pointer, value, path, rule) => {
    const [problem] = refusalOf(changedDocument(catalogueDocument('gala'), { [pointer]: value })).problems;
    expect(problem?.path).toBe(path);
    expect(problem?.rule).toMatch(rule);
  });

  it('refuses row names together with a first row', () => {
    const both = { [`${BLOCK}/rowNames`]: ['AA', 'BB'], [`${BLOCK}/firstRow`]: 3 };
    expect(refusalOf(changedDocument(catalogueDocument('gala'), both)).problems).toEqual([
      { path: `${BLOCK}/rowNames`, rule: 'and firstRow exclude each other' },
    ]);
  });

  it('are listed up to twenty, and the rest are counted', () => {
    const seats = Array.from({ length: 50 }, (_, i) => ({ row: '1', seat: `${i}`, x: 0, y: 0, grade: 'R' }));
    const refusal = refusalOf(catalogueDocument('gala', [{ id: 'A', seats }]));
    expect(refusal.problems).toHaveLength(20);
    expect(refusal.problemCount).toBe(49);
    expect(refusal.message).toContain('/venues/0/sections/0/seats/1: places seat A-1-1 at (0, 0)');
  });
});

describe('a catalogue that is too large', () => {
  const rows = Array<number>(200).fill(500);
  const blocks = (count: number): SectionDocument => ({
    id: 'A',
    blocks: Array.from({ length: count }, () => ({
      grade: 'R',
      origin: [0, 0],
      seatStep: [1, 0],
      rowStep: [0, 1],
      rows,
    })),
  });

  it('is refused for the seats of a venue', () => {
    expect(refusalOf(catalogueDocument('gala', [blocks(2)])).problems[0]).toEqual({
      path: '/venues/0/sections',
      rule: 'a venue may have at most 100000 seats, not 200000',
    });
  });

  it('is refused for its seats in all, before they are laid out', () => {
    const venues = Array.from({ length: 100 }, (_, i) => venueDocument(`venue-${i}`, [blocks(100)]));
    expect(refusalOf({ venues, concerts: [] }).problems).toEqual([
      { path: '/venues', rule: 'all venues together may have at most 500000 seats, not 1000000000' },
    ]);
  });

  it('is refused for the seats of a row and for the grades of a venue', () => {
    const seats = Array.from({ length: 501 }, (_, i) => ({
      row: '1',
      seat: `${i}`,
      x: i,
      y: 0,
      grade: `G${i % 51}`,
    }));
    expect(
      refusalOf({ venues: [venueDocument('hall', [{ id: 'A', seats }])], concerts: [] }).problems,
    ).toEqual([
      { path: '/venues/0/sections/0/seats/500', rule: 'row A-1 may have at most 500 seats' },
      { path: '/venues/0/sections', rule: 'a venue may have at most 50 grades, not 51' },
    ]);
  });
});
