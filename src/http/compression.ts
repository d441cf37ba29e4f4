/** Compressed answers. Fastify compresses nothing by itself: what is worth it is compressed once for all who ask. */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Coding = 'br' | 'gzip';

const brotliAsync = promisify(brotliCompress);
const gzipAsync = promisify(gzip);

/** More effort makes a seat map hardly smaller and several times slower. */
const BROTLI_QUALITY = 5;

export function compressed(
  coding: Coding,
  bytes: Buffer,
  brotliQuality: number = BROTLI_QUALITY,
): Promise<Buffer> {
  if (coding === 'gzip') return gzipAsync(bytes);
  return brotliAsync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

/** The first of the codings that the client accepts; a weight of zero refuses one (RFC 9110 section 12.5.3). */
export function acceptedCoding<Offered extends Coding>(
  acceptEncoding: string | undefined,
  offered: readonly Offered[],
): Offered | undefined {
  return offered.find((coding) =>
    new RegExp(String.raw`(^|,)\s*${coding}\s*(;\s*q=(1|0\.\d*[1-9])[\d.]*\s*)?(,|$)`, 'i').test(
      acceptEncoding ?? '',
    ),
  );
}
