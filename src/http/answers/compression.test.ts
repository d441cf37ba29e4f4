import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { acceptedCoding, compressed } from './compression.ts';
import { HEADER_BYTES_MAX } from '../edge/limits.ts';

describe('the coding of an answer', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['GZIP;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.0, gzip;q=0', undefined],
    ['brotli, xgzip', undefined],
    ['deflate , br ; q=1.0', 'br'],
    ['br;q=0.001, gzip;Q=1.000', 'br'],
    ['br;q=1.001, gzip', 'gzip'],
    ['br;q=0.1111, gzip', 'gzip'],
    ['br;q=1.5, gzip', 'gzip'],
    ['br;q=0.5;q=0.5, gzip', 'gzip'],
    ['br;level=1, gzip', 'gzip'],
    ['br;, gzip', 'gzip'],
  ])('for %j is %j', (header, coding) => {
    expect(acceptedCoding(header, ['br', 'gzip'])).toBe(coding);
  });

  const many = (text: string): string => text.repeat(HEADER_BYTES_MAX);

  it.each([
    ['a weight of digits that ends badly', `br;q=0.${many('1')}x`, undefined],
    ['a weight of too many digits', `br;q=0.${many('1')}, gzip`, 'gzip'],
    ['spaces', `${many(' ')}br${many(' ')}, gzip;q=0.1`, 'br'],
    ['separators', `${many(',')}${many(';')},gzip`, 'gzip'],
  ])('for as many characters as a header has at most: %s', (_of, header, coding) => {
    expect(acceptedCoding(header, ['br', 'gzip'])).toBe(coding);
  });

  it('keeps the content', async () => {
    const bytes = Buffer.from('fhhs'.repeat(10_000));
    const [br, gzip] = await Promise.all([compressed('br', bytes), compressed('gzip', bytes)]);
    expect(brotliDecompressSync(br)).toEqual(bytes);
    expect(gunzipSync(gzip)).toEqual(bytes);
    expect(Math.max(br.length, gzip.length)).toBeLessThan(bytes.length / 100);
  });
});
