import { hash } from 'node:crypto';

/** Concerts, venues and performances: lower-case letters, digits and hyphens, at most 64 characters. */
export const CATALOGUE_ID_PATTERN = '^[a-z0-9][a-z0-9-]{0,63}$';

/** An account is named by a claim of a token: issuers give e-mail addresses, URLs, `auth0|…` (OpenID Connect, section 2). */
export const ACCOUNT_ID_PATTERN = '^[\\x21-\\x7e]{1,255}$';

/**
 * Printable ASCII, at most 255 characters (the IETF draft of the Idempotency-Key header leaves the format to
 * the server).
 */
export const IDEMPOTENCY_KEY_PATTERN = '^[\\x21-\\x7e]{1,255}$';

/** A UUID as this service writes it: lower case. */
export const UUID_PATTERN = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

/**
 * The id of the reservation that this account's request with this key makes: a UUIDv8 (RFC 9562 section 5.8)
 * from SHA-256 over the three parts, each preceded by its length so that no two triples share an input.
 */
export function reservationIdOf(performanceId: string, accountId: string, idempotencyKey: string): string {
  const hex = hash('sha256', lengthPrefixed(performanceId, accountId, idempotencyKey), 'hex');
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What makes two requests with one idempotency key the same request: the operation and each part of what it asks. */
export function requestHashOf(operation: string, ...parts: readonly (string | number)[]): Buffer {
  // Through a string: a Buffer of the hash's own takes twice the time.
  return Buffer.from(hash('sha256', lengthPrefixed(operation, ...parts), 'hex'), 'hex');
}

/** One string for one call: an incremental hash costs several times as much for inputs this short. */
function lengthPrefixed(...parts: readonly (string | number)[]): string {
  let input = '';
  for (const part of parts) {
    input +=
      typeof part === 'number' ? `${String(part).length}:${part}` : `${Buffer.byteLength(part)}:${part}`;
  }
  return input;
}
