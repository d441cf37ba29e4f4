import { describe, expect, test } from 'vitest';
import { checkCatalogue } from '../../../../src/catalogue/import/document/check.ts';
import { listedRules, placesOf, textOf } from './catalogue-text.ts';
import { conflictsOf, EMPTY_DRAFT, formOf, idsOf, knownOf } from './guided-draft.ts';
import type { GuidedForm } from './guided-catalogue.ts';
import { guidedCatalogue, idFrom, unusedId } from './guided-catalogue.ts';

const TEXT = `{
  "venues": [
    { "id": "a", "name": { "ko": "가 \\"나\\"", "en": "A" } },
    {
      "id": "b/c",
      "sections": [[1, 2], {"x": null,
        "rows": [10, -1]}]
    }
  ],
  "concerts": []
}`;

describe('the text of a file', () => {
  const korean = [0xea, 0xb2, 0xa8, 0xec, 0x9a, 0xb8];

  test.each([
    ['UTF-8', korean, '겨울'],
    ['UTF-8 with a byte order mark', [0xef, 0xbb, 0xbf, ...korean], '겨울'],
    ['CP949, as Windows saves it in Korea', [0xb0, 0xdc, 0xbf, 0xef], undefined],
    ['UTF-16 with a byte order mark', [0xff, 0xfe, 0xa8, 0xac, 0xb8, 0xc6], undefined],
  ])('in %s', (_, bytes, text) => {
    expect(textOf(new Uint8Array(bytes).buffer)).toBe(text);
  });
});

describe('the place of a value in a JSON text', () => {
  const placeOf = (json: string, pointer: string): unknown => placesOf(json, [pointer])[0];

  test.each([
    ['', 1, 1],
    ['/venues', 2, 13],
    ['/venues/0/name/en', 3, 51],
    ['/venues/1', 4, 5],
    ['/venues/1/id', 5, 13],
    ['/venues/1/sections/0/1', 6, 24],
    ['/venues/1/sections/1/rows/1', 7, 22],
    ['/concerts', 10, 15],
  ])('%s is in line %i, column %i', (pointer, line, column) => {
    expect(placeOf(TEXT, pointer)).toEqual({ line, column });
  });

  test('of a member that is missing, the object that lacks it is shown', () => {
    expect(placeOf(TEXT, '/venues/1/name')).toEqual({ line: 4, column: 5 });
    expect(placeOf(TEXT, '/venues/7')).toEqual({ line: 2, column: 13 });
  });

  test('an escaped name of a pointer is read as it is written in the text', () => {
    expect(placeOf('{"a/b~c":\n7}', '/a~1b~0c')).toEqual({ line: 2, column: 1 });
  });

  test('an empty text has a beginning', () => {
    expect(placeOf('', '/venues')).toEqual({ line: 1, column: 1 });
  });

  test('of several values is found in one pass', () => {
    expect(placesOf(TEXT, ['/concerts', '/venues/0/name', '/venues/1/id'])).toMatchObject([
      { line: 10 },
      { line: 3 },
      { line: 5 },
    ]);
  });

  test("the service's paths lose the word body", () => {
    expect(listedRules(TEXT, [{ path: 'body/venues/1/id', rule: 'must match' }])).toEqual([
      { path: '/venues/1/id', rule: 'must match', place: { line: 5, column: 13 } },
    ]);
  });
});

const FORM: GuidedForm = {
  currency: 'KRW',
  timeZone: 'Asia/Seoul',
  concert: { id: 'opening-night', title: { ko: '첫날 밤', en: '' } },
  venue: {
    kind: 'new',
    id: 'small-hall',
    name: { ko: '작은 홀', en: 'Small Hall' },
    sections: ['A', 'B', 'C', 'D'].map((id, i) => ({
      id,
      grade: i < 3 ? 'R' : 'S',
      rows: 3 + i,
      seatsPerRow: 10 + i,
    })),
  },
  performance: {
    id: 'opening-night-1',
    startsAt: '2030-05-01T19:00',
    opensAt: '2030-03-01T20:00',
    closesAt: '',
    refundableUntil: '2030-04-30T18:00',
    holdMinutes: 5,
    seatLimit: 0,
    saleState: 'paused',
    prices: [
      { grade: 'R', price: 150_000 },
      { grade: 'S', price: 0 },
    ],
  },
};

describe('the guided form', () => {
  test('makes a catalogue that the service takes, with every seat at a place of its own', () => {
    const checked = checkCatalogue(guidedCatalogue(FORM));
    expect(checked.venues[0]?.seats).toHaveLength(3 * 10 + 4 * 11 + 5 * 12 + 6 * 13);
    expect(checked).toMatchObject({ currency: 'KRW', venues: [{ timeZone: 'Asia/Seoul' }] });
    expect(checked.concerts[0]?.title).toEqual({ ko: '첫날 밤', en: '첫날 밤' });
    expect(checked.performances[0]).toMatchObject({
      holdSeconds: 300,
      seatLimit: null,
      closesAt: new Date('2030-05-01T10:00:00Z'),
      saleState: 'paused',
      startsAt: new Date('2030-05-01T10:00:00Z'),
    });
  });

  test('names an existing venue and leaves it alone', () => {
    const document = guidedCatalogue({ ...FORM, venue: { kind: 'existing', id: 'moonlight-hall' } });
    expect(document).toMatchObject({
      venues: [],
      concerts: [{ performances: [{ venue: 'moonlight-hall' }] }],
    });
  });

  test('keeps the description of a concert that there is', () => {
    const description = { ko: '설명', en: 'A description' };
    const document = guidedCatalogue({ ...FORM, concert: { ...FORM.concert, description } });
    expect(document).toMatchObject({ concerts: [{ description }] });
  });

  test('suggests ids', () => {
    expect(idFrom('  Été à Séoul: 2030! ')).toBe('ete-a-seoul-2030');
    expect(idFrom('봄')).toBe('');
    expect(unusedId('spring', new Set(['spring-1', 'spring-2']))).toBe('spring-3');
    expect(unusedId('', new Set())).toBe('');
  });
});

describe('a form for something new', () => {
  const text = { ko: '봄', en: 'Spring' };
  const known = knownOf([
    {
      id: 'spring',
      title: text,
      description: text,
      currency: 'EUR',
      minorUnit: 2,
      hidden: false,
      performances: [
        {
          id: 'spring-1',
          venueId: 'hall',
          venueName: text,
          timeZone: 'Europe/Berlin',
          sections: [],
          startsAt: '2030-05-01T10:00:00.000Z',
          saleState: 'open',
          sale: 'open',
          soldOut: false,
          saleOpensAt: '2026-05-01T10:00:00.000Z',
          saleClosesAt: null,
          refundableUntil: null,
          holdSeconds: 300,
          seatLimit: null,
          grades: [
            { grade: 'R', price: 2 },
            { grade: 'S', price: 1 },
          ],
        },
      ],
    },
  ]);
  const draft = { ...EMPTY_DRAFT, titleEn: 'Autumn', venueEn: 'Other hall' };

  test('takes ids from the English names', () => {
    expect(conflictsOf(draft, known)).toEqual([]);
    expect(idsOf(draft, known)).toEqual({ concert: 'autumn', venue: 'other-hall', performance: 'autumn-1' });
  });

  test.each([
    ['concert', { titleEn: 'Spring' }],
    ['venue', { venueEn: 'Hall' }],
    ['performance', { performanceId: 'spring-1' }],
    ['ID', { titleEn: '' }],
  ])('never names a %s that exists, and never none', (what, part) => {
    const [conflict, ...more] = conflictsOf({ ...draft, ...part }, known);
    expect(conflict?.en).toContain(what);
    expect(more).toEqual([]);
  });

  test('adds to a concert and a venue that there are, with the prices of its grades and its description kept', () => {
    const added = { ...draft, concertId: 'spring', venueId: 'hall', prices: { R: 20, S: 10 } };
    expect(conflictsOf(added, known)).toEqual([]);
    expect(formOf(added, known)).toMatchObject({
      currency: 'EUR',
      timeZone: 'Europe/Berlin',
      concert: { id: 'spring', title: text, description: text },
      venue: { kind: 'existing', id: 'hall' },
      performance: {
        id: 'spring-2',
        prices: [
          { grade: 'R', price: 20 },
          { grade: 'S', price: 10 },
        ],
      },
    });
  });
});
