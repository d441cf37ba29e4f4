import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { acceptedCoding, compressed } from './compression.ts';

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
  ])('for %j is %j', (header, coding) => {
    expect(acceptedCoding(header, ['br', 'gzip'])).toBe(coding);
  });

  it('keeps what it says', async () => {
    const bytes = Buffer.from('fhhs'.repeat(10_000));
    const [br, gzip] = await Promise.all([compressed('br', bytes), compressed('gzip', bytes)]);
    expect(brotliDecompressSync(br)).toEqual(bytes);
    expect(gunzipSync(gzip)).toEqual(bytes);
    expect(Math.max(br.length, gzip.length)).toBeLessThan(bytes.length / 100);
  });
});
