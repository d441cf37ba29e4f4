/** The account that an issuer's subject is. */
import { createHash } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
/** 160 bits: 32 characters of five bits. */
const BYTES = 20;

/**
 * The account of an issuer's subject: `oidc-` and 32 lower-case letters and digits, from SHA-256 over both with their lengths.
 * The same pair is the same account for good, no two pairs share one, and whatever an issuer calls its subjects, the account
 * is safe in paths, in lower case, and in file names.
 */
export function accountIdOf(issuer: string, subject: string): string {
  const hash = createHash('sha256');
  for (const part of [issuer, subject]) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return `oidc-${base32(hash.digest().subarray(0, BYTES))}`;
}

/** RFC 4648 section 6 in lower case; the length is a multiple of five, so that nothing is padded. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let buffer = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31]!;
    }
    buffer &= (1 << bits) - 1;
  }
  return text;
}
