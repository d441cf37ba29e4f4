import { describe, expect, it } from 'vitest';
import { matchesETag } from './etag.ts';

describe('If-None-Match', () => {
  it.each([
    ['"a"', '"a"'],
    ['W/"a"', '"a"'],
    ['"a"', 'W/"a"'],
    ['"b", W/"a" ,"c"', 'W/"a"'],
    ['*', '"a"'],
  ])('%s names %s', (header, etag) => {
    expect(matchesETag(header, etag)).toBe(true);
  });

  it.each([
    [undefined, '"a"'],
    ['', '"a"'],
    ['"b"', '"a"'],
    ['a', '"a"'],
    ['"a', '"a"'],
  ])('%s does not name %s', (header, etag) => {
    expect(matchesETag(header, etag)).toBe(false);
  });
});
