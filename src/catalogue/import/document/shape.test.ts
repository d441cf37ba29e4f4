import { describe, expect, it } from 'vitest';
import { catalogueDocument, changedDocument } from '../../../../test/support/catalogue-documents.ts';
import { checkCatalogue } from './check.ts';
import type { Problem } from './problems.ts';
import { CatalogueInvalid } from './problems.ts';

function problemsOf(document: unknown): readonly Problem[] {
  try {
    checkCatalogue(document);
  } catch (error) {
    if (error instanceof CatalogueInvalid) return error.problems;
    throw error;
  }
  return [];
}

const VENUE = '/venues/0';
const SECTION = '/venues/0/sections/0';
const BLOCK = '/venues/0/sections/0/blocks/0';
const PERFORMANCE = '/concerts/0/performances/0';

/** Characters of the largest body that an import accepts over HTTP. */
const BODY_LENGTH = 20 * 1024 * 1024;
const ID_RULE = 'must be 1 to 64 lower-case letters, digits and hyphens, not a hyphen first';
const ZONE_RULE = 'must be the name of an IANA time zone, such as Asia/Seoul';
const TEXT_RULE = 'must be one line of text, not empty, without control characters';
const TIME_RULE = 'must be an ISO 8601 time with an offset, such as 2030-05-01T19:00:00+09:00';
const CURVED = {
  grade: 'R',
  rows: [1],
  arc: { centre: [0, 0], radius: 0, angle: 90, rowPitch: 1, seatPitch: 0.5 },
};

describe('a document that is not a catalogue', () => {
  it.each<[unknown, string, string]>([
    [null, '', 'must be an object'],
    [[], '', 'must be an object'],
    [{ venues: [] }, '/concerts', 'is required'],
    [{ venues: {}, concerts: [] }, '/venues', 'must be a list'],
    [{ venues: [], concerts: [1] }, '/concerts/0', 'must be an object'],
    [JSON.parse('{"venues": [], "concerts": [], "__proto__": 1}'), '/__proto__', 'is not known here'],
  ])('%j is refused', (document, path, rule) => {
    expect(problemsOf(document)).toEqual([{ path, rule }]);
  });
});

describe('a value that breaks the schema', () => {
  it.each<[string, unknown, string]>([
    ['/extra', 1, 'is not known here'],
    ['/currency', 'eur', 'must be the three capitals of an ISO 4217 currency, such as EUR'],
    ['/currency', null, 'must be a string'],
    [`${VENUE}/timeZone`, '+09:00', ZONE_RULE],
    [`${VENUE}/timeZone`, 'KST today', ZONE_RULE],
    [`${VENUE}/timeZone`, `A${'a'.repeat(64)}`, 'must not have more than 64 characters'],
    [`${VENUE}/id`, 'Hall One', ID_RULE],
    [`${VENUE}/id`, '-hall', ID_RULE],
    [`${VENUE}/id`, 'a'.repeat(65), ID_RULE],
    [`${VENUE}/name/ko`, undefined, 'is required'],
    [`${VENUE}/name/en`, ' ', TEXT_RULE],
    [`${VENUE}/name/en`, 'a\nb', TEXT_RULE],
    [`${VENUE}/name/en`, 'a\u0000', TEXT_RULE],
    [`${VENUE}/name/en`, '\ud800', TEXT_RULE],
    [`${VENUE}/name/en`, 'a'.repeat(201), 'must not have more than 200 characters'],
    [`${VENUE}/name/fr`, 'Salle', 'is not known here'],
    [`${VENUE}/sections`, [], 'must not have fewer than 1 items'],
    [`${VENUE}/outline`, [{ shape: 'star' }], 'must be one of "rectangle", "circle", "polygon"'],
    [`${VENUE}/outline`, [{ shape: 'circle', centre: [0, 0], radius: 0 }], 'must be >= 0.01'],
    [`${VENUE}/outline`, [{ shape: 'polygon', points: [[0, 0]] }], 'must not have fewer than 3 items'],
    [`${SECTION}/id`, 'A-1', 'must be 1 to 12 letters and digits of ASCII'],
    [`${SECTION}/seats`, [], 'is not known here'],
    [`${SECTION}/blocks`, undefined, 'is required'],
    [`${BLOCK}/grade`, 'R석', 'must be 1 to 12 letters and digits of ASCII'],
    [`${BLOCK}/rows/1`, 0, 'must be >= 1'],
    [`${BLOCK}/rows/1`, 1.5, 'must be a whole number'],
    [`${BLOCK}/rows/1`, '3', 'must be a whole number'],
    [`${BLOCK}/rows/1`, 501, 'must be <= 500'],
    [`${BLOCK}/rows`, Array(201).fill(1), 'must not have more than 200 items'],
    [`${BLOCK}/origin`, [0], 'must not have fewer than 2 items'],
    [`${BLOCK}/origin/2`, 1, 'is not known here'],
    [`${BLOCK}/origin/1`, Number.NaN, 'must be a number'],
    [`${BLOCK}/origin/1`, Number.POSITIVE_INFINITY, 'must be a number'],
    [`${BLOCK}/origin/1`, 10_000, 'must be <= 9999.99'],
    [`${BLOCK}/arc`, CURVED.arc, 'is not known here'],
    [BLOCK, CURVED, 'must be >= 0.01'],
    [
      '/concerts/0/description',
      { ko: '\u0007', en: '' },
      'must be text without control characters other than line feeds',
    ],
    [`${PERFORMANCE}/holdSeconds`, undefined, 'is required'],
    [`${PERFORMANCE}/holdSeconds`, 0, 'must be >= 1'],
    [`${PERFORMANCE}/holdSeconds`, 86_401, 'must be <= 86400'],
    [`${PERFORMANCE}/seatLimit`, 0, 'must be >= 1'],
    [`${PERFORMANCE}/seatLimit`, 1_001, 'must be <= 1000'],
    [`${PERFORMANCE}/seatLimit`, '4', 'must be a whole number'],
    [`${PERFORMANCE}/holdBudget`, 0, 'must be >= 1'],
    [`${PERFORMANCE}/sale/state`, 'maybe', 'must be one of "open", "paused", "closed"'],
    [`${PERFORMANCE}/prices/R`, -1, 'must be >= 0'],
    [`${PERFORMANCE}/prices/R`, 1_000_000_001, 'must be <= 1000000000'],
    [`${PERFORMANCE}/prices/R`, 0.5, 'must be a whole number'],
    [`${PERFORMANCE}/prices/R-1`, 1, 'is not known here'],
    [`${PERFORMANCE}/prices`, {}, 'must not have fewer than 1 properties'],
    [`${PERFORMANCE}/startsAt`, '2040-01-01', TIME_RULE],
    [`${PERFORMANCE}/startsAt`, '2040-01-01T19:00:00', TIME_RULE],
    [`${PERFORMANCE}/startsAt`, '2040-01-01T24:00:00Z', TIME_RULE],
    [`${PERFORMANCE}/startsAt`, '2040-01-01T19:00:00.0001Z', TIME_RULE],
    [`${PERFORMANCE}/startsAt`, 2_208_988_800, 'must be a string'],
  ])('%s set to %j is refused in its place', (pointer, value, rule) => {
    const problems = problemsOf(changedDocument(catalogueDocument('gala'), { [pointer]: value }));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.rule).toBe(rule);
    expect(problems[0]?.path.startsWith(pointer)).toBe(true);
  });

  it.each(['\u0000', '\t', '\v', '\u001f', '\u007f', '\u009f', '\ud800'])(
    '%j in a description is refused',
    (sign) => {
      const description = { ko: `첫 줄\n${sign}`, en: 'One\n\ntwo\u00a0😀' };
      const [problem, ...more] = problemsOf(
        changedDocument(catalogueDocument('gala'), { '/concerts/0/description': description }),
      );
      expect(problem?.path).toBe('/concerts/0/description/ko');
      expect(more).toEqual([]);
    },
  );

  it.each(['a', '\n'])('is a description that is too long, even a whole body of %j', (sign) => {
    const description = { ko: '', en: sign.repeat(BODY_LENGTH) };
    expect(
      problemsOf(changedDocument(catalogueDocument('gala'), { '/concerts/0/description': description })),
    ).toEqual([{ path: '/concerts/0/description/en', rule: 'must not have more than 2000 characters' }]);
  });

  it('has a pointer with escaped steps, shortened to stay readable', () => {
    const document = changedDocument(catalogueDocument('gala'), {
      [`${VENUE}/name`]: { ko: '홀', en: 'Hall', 'a/b~': 1 },
    });
    expect(problemsOf(document)[0]?.path).toBe(`${VENUE}/name/a~1b~0`);
    const long = { venues: [], concerts: [], ['x'.repeat(5_000)]: 1 };
    expect(problemsOf(long)[0]?.path).toBe(`/${'x'.repeat(199)}…`);
  });

  it('is listed with nineteen others at most', () => {
    const problems = problemsOf({ venues: Array(30).fill(1), concerts: [] });
    expect(problems).toHaveLength(20);
    expect(problems[19]).toEqual({ path: '/venues/19', rule: 'must be an object' });
  });
});
