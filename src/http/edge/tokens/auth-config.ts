/** What bearer tokens are trusted, and the secret that may sign them. */
import type { KeyObject } from 'node:crypto';
import { createSecretKey } from 'node:crypto';

export interface AuthConfig {
  /** An HMAC secret of at least 32 bytes; tokens are HS256. */
  readonly secret?: string | undefined;
  /** A JSON Web Key Set: the document itself, a file's path, or a URL. Tokens are RS256, ES256 or EdDSA. */
  readonly jwks?: string | undefined;
  /** What a token's `iss` must be. A key set needs one, since its issuer signs for others as well; `*` takes any. */
  readonly issuer?: string | undefined;
  /** What a token's `aud` must contain. A key set needs one; `*` takes any. */
  readonly audience?: string | undefined;
  /** The claim that names the account; `sub` by default. */
  readonly accountClaim?: string | undefined;
  /** The claim with the scopes, a text with spaces or a list; by default `scope`, else `scp`. */
  readonly scopeClaim?: string | undefined;
}

/** The configuration can't be used; the message is one line for an operator. */
export class AuthConfigInvalid extends Error {}

/** The shortest secret for HS256 (RFC 7518, section 3.2). */
export const SECRET_BYTES_MIN = 32;

/** A random secret of 32 bytes has more different ones; one key held down has not. */
const SECRET_DISTINCT_BYTES_MIN = 8;

/** The secret as a key for HS256. Throws `AuthConfigInvalid` for a weak one. */
export function secretKey(secret: string): KeyObject {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < SECRET_BYTES_MIN) {
    throw new AuthConfigInvalid(
      `the token secret has ${bytes.length} bytes; it needs at least ${SECRET_BYTES_MIN}`,
    );
  }
  if (new Set(bytes).size < SECRET_DISTINCT_BYTES_MIN) {
    throw new AuthConfigInvalid('the token secret repeats few characters; it must be random');
  }
  return createSecretKey(bytes);
}
