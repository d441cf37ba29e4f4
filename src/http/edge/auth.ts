/**
 * Identifies the sender of a request by bearer tokens (RFC 6750) that are signed JSON Web Tokens (RFC 7519). Rowlock
 * issues none of its own; it trusts one secret, or the public keys of one issuer. That choice fixes the algorithms,
 * never the token itself (RFC 8725 section 3.1).
 */
import type { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { createLocalJWKSet, createRemoteJWKSet, errors, importJWK, jwtVerify } from 'jose';
import { ACCOUNT_ID_PATTERN } from '../../domain/ids.ts';

export interface AuthConfig {
  /** An HMAC secret of at least 32 bytes; tokens are HS256. */
  readonly secret?: string | undefined;
  /** A JSON Web Key Set: the document itself, a file's path, or a URL. Tokens are RS256, ES256 or EdDSA. */
  readonly jwks?: string | undefined;
  /** What a token's `iss` must be, when given. */
  readonly issuer?: string | undefined;
  /** What a token's `aud` must contain, when given. */
  readonly audience?: string | undefined;
}

/** The configuration can't be used; the message is one line for an operator. */
export class AuthConfigInvalid extends Error {}

export type Scope = 'rowlock:top-up' | 'rowlock:admin';

interface Identity {
  readonly accountId: string;
  readonly scopes: ReadonlySet<string>;
}

/** Why nobody is identified; `unavailable` is no fault of the token: the issuer's keys can't be fetched. */
export type Unidentified = 'missing' | 'expired' | 'invalid' | 'unavailable';

export interface Authenticator {
  /** Identifies the sender by the Authorization header. */
  identify(authorization: string | undefined): Promise<Identity | Unidentified>;
}

/** The shortest secret for HS256 (RFC 7518, section 3.2). */
export const SECRET_BYTES_MIN = 32;
const TOKEN_LENGTH_MAX = 4_096;
const PUBLIC_KEY_ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];

const bearer = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*)$/i;
const account = new RegExp(ACCOUNT_ID_PATTERN);

/** Prepares the keys. Throws `AuthConfigInvalid`. */
export async function createAuthenticator(config: AuthConfig): Promise<Authenticator> {
  const { key, algorithms } = await trustedKey(config);
  const options: JWTVerifyOptions = {
    algorithms,
    requiredClaims: ['exp', 'sub'],
    ...(config.issuer !== undefined && { issuer: config.issuer }),
    ...(config.audience !== undefined && { audience: config.audience }),
  };
  const verified = createVerifiedTokens();
  return {
    identify: async (authorization) => {
      if (authorization === undefined) return 'missing';
      if (authorization.length > TOKEN_LENGTH_MAX) return 'invalid';
      const token = bearer.exec(authorization)?.[1];
      if (token === undefined) return 'invalid';
      const known = verified.find(token);
      if (known !== undefined) return known;
      try {
        const { payload } = await jwtVerify(token, key, options);
        const identity = identityOf(payload);
        if (identity !== undefined) verified.add(token, identity, payload.exp!);
        return identity ?? 'invalid';
      } catch (error) {
        return reasonOf(error);
      }
    },
  };
}

/** The secret as a key for HS256. Throws `AuthConfigInvalid` for a short one. */
export async function secretKey(secret: string): Promise<webcrypto.CryptoKey> {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < SECRET_BYTES_MIN) {
    throw new AuthConfigInvalid(
      `the token secret has ${bytes.length} bytes; it needs at least ${SECRET_BYTES_MIN}`,
    );
  }
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

async function trustedKey(config: AuthConfig): Promise<{ key: JWTVerifyGetKey; algorithms: string[] }> {
  if (config.secret !== undefined && config.jwks !== undefined) {
    throw new AuthConfigInvalid(
      'tokens are verified by a secret or by a key set (JWKS), never both: give one',
    );
  }
  if (config.secret !== undefined) {
    const key = await secretKey(config.secret);
    return { key: () => Promise.resolve(key), algorithms: ['HS256'] };
  }
  if (config.jwks !== undefined) return { key: await keySet(config.jwks), algorithms: PUBLIC_KEY_ALGORITHMS };
  throw new AuthConfigInvalid('tokens can not be verified: give a secret or a key set (JWKS)');
}

async function keySet(jwks: string): Promise<JWTVerifyGetKey> {
  if (/^https?:/i.test(jwks)) {
    const url = URL.canParse(jwks) ? new URL(jwks) : undefined;
    const isLocal = url !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
    if (url === undefined || (url.protocol === 'http:' && !isLocal)) {
      throw new AuthConfigInvalid('the URL of the key set (JWKS) must be one of https');
    }
    return createRemoteJWKSet(url);
  }
  const isInline = jwks.trimStart().startsWith('{');
  const place = isInline ? 'the key set (JWKS)' : `the key set (JWKS) in ${jwks}`;
  try {
    const document = JSON.parse(isInline ? jwks : await readFile(jwks, 'utf8')) as JSONWebKeySet;
    const keys = createLocalJWKSet(document);
    if (document.keys.length === 0) throw new Error('it has no key');
    for (const key of document.keys) await refuseUnusable(key);
    return keys;
  } catch (error) {
    throw new AuthConfigInvalid(
      `${place} can not be used: ${error instanceof Error ? error.message : 'unreadable'}`,
    );
  }
}

async function refuseUnusable(jwk: JSONWebKeySet['keys'][number]): Promise<void> {
  if (jwk.kty === 'oct' || 'd' in jwk) throw new Error('it must contain public keys only');
  const algorithm = jwk.alg ?? (jwk.kty === 'RSA' ? 'RS256' : jwk.kty === 'EC' ? 'ES256' : 'EdDSA');
  if (!PUBLIC_KEY_ALGORITHMS.includes(algorithm)) return;
  await importJWK(jwk, algorithm);
}

function identityOf(payload: JWTPayload): Identity | undefined {
  const { sub, scope } = payload;
  if (typeof sub !== 'string' || !account.test(sub)) return undefined;
  return { accountId: sub, scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []) };
}

function reasonOf(error: unknown): Unidentified {
  if (error instanceof errors.JWTExpired) return 'expired';
  // What is left of jose's errors concerns the token; the generic one is a key set's bad answer.
  const isOfToken = error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
  const isOfKeySet = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  return isOfToken && !isOfKeySet ? 'invalid' : 'unavailable';
}

const VERIFIED_MAX = 20_000;
/** A key that its issuer withdraws is trusted so much longer at most. */
const VERIFIED_FOR_MS = 60_000;

interface VerifiedTokens {
  find(token: string): Identity | 'expired' | undefined;
  add(token: string, identity: Identity, expiresAtSeconds: number): void;
}

/**
 * Remembers tokens whose signature was checked. A check costs more than many a route; a buyer's few requests of one
 * purchase carry the same token.
 */
function createVerifiedTokens(): VerifiedTokens {
  const tokens = new Map<string, { identity: Identity; expiresAtMs: number; until: number }>();
  return {
    find: (token) => {
      const found = tokens.get(token);
      if (found === undefined) return undefined;
      const now = Date.now();
      if (now >= found.expiresAtMs) return 'expired';
      return now < found.until ? found.identity : undefined;
    },
    add: (token, identity, expiresAtSeconds) => {
      // The oldest go first: a Map keeps the order of insertion.
      if (tokens.size >= VERIFIED_MAX) tokens.delete(tokens.keys().next().value!);
      tokens.delete(token);
      tokens.set(token, {
        identity,
        expiresAtMs: expiresAtSeconds * 1_000,
        until: Date.now() + VERIFIED_FOR_MS,
      });
    },
  };
}
