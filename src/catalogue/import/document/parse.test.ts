import { describe, expect, it, vi } from 'vitest';
import { parseCatalogueFile } from './parse.ts';
import { CatalogueInvalid } from './problems.ts';

function problemOf(text: string): unknown {
  try {
    parseCatalogueFile(text);
  } catch (error) {
    if (error instanceof CatalogueInvalid) return error.problems[0];
    throw error;
  }
  return undefined;
}

describe('a catalogue file', () => {
  it('is read as JSON, with or without a byte order mark', () => {
    const text =
      '{"venues": [], "text": "\\u00e9 \\n\\"한글\\"", "numbers": [0, -1.5, 2e3, true, false, null]}';
    expect(parseCatalogueFile(text)).toEqual(JSON.parse(text));
    expect(parseCatalogueFile(`\uFEFF${text}`)).toEqual(JSON.parse(text));
  });

  it.each([
    ['{\n  "venues": [\n    1,\n  ]\n}', 4, 3, 'expected a value, found "]"'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'expected "," or "}", found "\\""'],
    ['{"a" 1}', 1, 6, 'expected ":", found "1"'],
    ["{'a': 1}", 1, 2, 'expected a property name in double quotes, found "\'"'],
    ['["a\nb"]', 1, 4, 'expected a character of a string, or its end, found "\\n"'],
    ['["a', 1, 4, 'expected a character of a string, or its end, found the end of the file'],
    ['["\\x"]', 1, 3, 'expected a character of a string, or its end, found "\\\\"'],
    ['[01]', 1, 2, 'expected a value, found "0"'],
    ['[NaN]', 1, 2, 'expected a value, found "N"'],
    ['[1] 2', 1, 5, 'expected the end of the file, found "2"'],
    ['[1', 1, 3, 'expected "," or "]", found the end of the file'],
    ['', 1, 1, 'expected a value, found the end of the file'],
    ['{"id": 1, "id": 2}', 1, 11, 'the property "id" is named twice'],
    ['{"id": 1, "\\u0069d": 2}', 1, 11, 'the property "\\u0069d" is named twice'],
    ['['.repeat(40), 1, 33, 'must not nest deeper than 32'],
  ])('names the line and column of the fault in %j', (text, line, column, rule) => {
    expect(problemOf(text)).toEqual({ path: '', rule, line, column });
  });

  it.each(['[', '{"a":'])(
    'is refused where it nests too deep, and read no further: 20 MB of %s',
    (opening) => {
      const text = opening.repeat(20_000_000 / opening.length);
      const readings = vi.spyOn(String.prototype, 'charCodeAt');
      try {
        expect(problemOf(text)).toMatchObject({ rule: 'must not nest deeper than 32' });
        expect(readings.mock.calls.length).toBeGreaterThan(32);
        expect(readings.mock.calls.length).toBeLessThan(1_000);
      } finally {
        readings.mockRestore();
      }
    },
  );

  it.each(['null\\u0000', '1/**/', '[1,2]//', '[1,]', '{"a": 1,}', '+1', '.5', '1.', '0x1', '\u00a01'])(
    'accepts only JSON: %j is refused',
    (text) => {
      expect(problemOf(text)).toBeDefined();
    },
  );

  it('may have long strings with many escapes', () => {
    const text = JSON.stringify(['\n'.repeat(1_000_000)]);
    expect(parseCatalogueFile(text)).toEqual(['\n'.repeat(1_000_000)]);
  });
});
