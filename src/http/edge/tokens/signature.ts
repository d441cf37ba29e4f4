/** Checks a token's signature with node:crypto. */
import type { KeyObject } from 'node:crypto';
import { createHmac, timingSafeEqual, verify } from 'node:crypto';
import { promisify } from 'node:util';

export type Algorithm = 'HS256' | 'RS256' | 'ES256' | 'EdDSA' | 'Ed25519';

/** The shortest RSA key (RFC 7518, section 3.3). */
export const RSA_BITS_MIN = 2_048;

/** Up to this size checking takes less than handing it to another thread does. Decision 0030 has the figures. */
const QUICK_RSA_BITS_MAX = 2_048;

const verifyElsewhere = promisify(verify);

/**
 * Whether the key, which must be of this algorithm, signed the text. A slow check runs in the thread pool, and only such a one
 * answers with a promise.
 */
export function isSignedBy(
  key: KeyObject,
  algorithm: Algorithm,
  text: string,
  signature: Buffer,
): boolean | Promise<boolean> {
  if (algorithm === 'HS256') {
    const expected = createHmac('sha256', key).update(text).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
  const bytes = Buffer.from(text, 'latin1');
  if (algorithm === 'RS256') {
    const isQuick = key.asymmetricKeyDetails!.modulusLength! <= QUICK_RSA_BITS_MAX;
    return isQuick
      ? verify('sha256', bytes, key, signature)
      : verifyElsewhere('sha256', bytes, key, signature);
  }
  if (algorithm === 'ES256') {
    // JSON Web Signatures have the two numbers side by side, without DER (RFC 7518, section 3.4).
    return verifyElsewhere('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
  }
  return verifyElsewhere(null, bytes, key, signature);
}
