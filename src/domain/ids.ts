import { createHash } from 'node:crypto';

/** Concerts, venues and performances: lower-case letters, digits and hyphens, at most 64 characters. */
export const CATALOGUE_ID_PATTERN = '^[a-z0-9][a-z0-9-]{0,63}$';

/** An account is the `sub` of a token: at most 64 characters that are safe in paths and logs. */
export const ACCOUNT_ID_PATTERN = '^[A-Za-z0-9._:@-]{1,64}$';

/** Printable ASCII, at most 255 characters (the IETF draft of the Idempotency-Key header leaves the format to the server). */
export const IDEMPOTENCY_KEY_PATTERN = '^[\\x21-\\x7e]{1,255}$';

/**
 * The id of the reservation that this account's request with this key makes: a UUIDv8 (RFC 9562 section 5.8) from
 * SHA-256 over the three parts, each preceded by its length so that no two triples share an input.
 */
export function reservationIdOf(performanceId: string, accountId: string, idempotencyKey: string): string {
  const digest = sha256(performanceId, accountId, idempotencyKey);
  digest[6] = (digest[6]! & 0x0f) | 0x80;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** What makes two requests with one idempotency key the same request: the operation and each part of what it asks. */
export function requestHashOf(operation: string, ...parts: readonly (string | number)[]): Buffer {
  return sha256(operation, ...parts.map(String));
}

function sha256(...parts: readonly string[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest();
}
