/** Compressed answers. Fastify does not compress: what is worth it is compressed once for all clients. */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Coding = 'br' | 'gzip';

const brotliAsync = promisify(brotliCompress);
const gzipAsync = promisify(gzip);

/** A higher quality hardly shrinks a seat map, and takes several times as long. */
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

/** The first coding that the client accepts; a weight of zero refuses one (RFC 9110 section 12.5.3). */
export function acceptedCoding<Offered extends Coding>(
  acceptEncoding: string | undefined,
  offered: readonly Offered[],
): Offered | undefined {
  const accepted = new Set(acceptEncoding?.toLowerCase().split(',').map(codingIn));
  return offered.find((coding) => accepted.has(coding));
}

/** A weight between 0 and 1 (RFC 9110 section 12.4.2). */
const WEIGHT = /^q=(1(?:\.0{0,3})?|0(?:\.\d{0,3})?)$/;

/** The coding that a member of the list accepts; undefined if its weight is zero or malformed. */
function codingIn(member: string): string | undefined {
  const [coding, weight = 'q=1', ...more] = member.split(';').map((part) => part.trim());
  const isAccepted = Number(WEIGHT.exec(weight)?.[1] ?? 0) > 0 && more.length === 0;
  return isAccepted ? coding : undefined;
}
