import { hash } from 'node:crypto';

/** Concerts, venues and performances: lower-case letters, digits and hyphens, at most 64 characters. */
export const CATALOGUE_ID_PATTERN = '^[a-z0-9][a-z0-9-]{0,63}$';

/** Servers of performances: as above, and beginning with a letter; at most 63 characters. */
export const SERVER_NAME_PATTERN = '^[a-z][a-z0-9-]{0,62}$';

/** The server that has the accounts and the map, and performances, too. */
export const HOME_SERVER = 'home';

/** An account id is a claim of a token. Issuers use e-mail addresses, URLs, `auth0|…` (OpenID Connect, 2). */
export const ACCOUNT_ID_PATTERN = '^[\\x21-\\x7e]{1,255}$';

/** Printable ASCII, at most 255 characters; the IETF draft of Idempotency-Key leaves the format open. */
export const IDEMPOTENCY_KEY_PATTERN = '^[\\x21-\\x7e]{1,255}$';

/** A UUID as this service writes it: lower case. */
export const UUID_PATTERN = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

/**
 * The id of the reservation that an account's request with this key makes: a UUIDv8 (RFC 9562 section 5.8)
 * from SHA-256 over the three parts. Each part is preceded by its length, so that no two triples share an
 * input.
 */
export function reservationIdOf(performanceId: string, accountId: string, idempotencyKey: string): string {
  const hex = hash('sha256', lengthPrefixed(performanceId, accountId, idempotencyKey), 'hex');
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Hashes what makes two requests with one idempotency key the same: the operation and its arguments. */
export function requestHashOf(operation: string, ...parts: readonly (string | number)[]): Buffer {
  // Via a string: hashing straight into a Buffer takes twice the time.
  return Buffer.from(hash('sha256', lengthPrefixed(operation, ...parts), 'hex'), 'hex');
}

/**
 * Joins the parts for one hash call. An incremental hash costs several times as much for such short inputs.
 */
function lengthPrefixed(...parts: readonly (string | number)[]): string {
  let input = '';
  for (const part of parts) {
    input +=
      typeof part === 'number' ? `${String(part).length}:${part}` : `${Buffer.byteLength(part)}:${part}`;
  }
  return input;
}
