/**
 * Identifies the sender of a request by bearer tokens (RFC 6750) that are signed JSON Web Tokens (RFC 7519). Rowlock
 * issues none of its own; it trusts one secret, or the public keys of one issuer. That choice fixes the algorithms,
 * never the token itself (RFC 8725 section 3.1).
 */
import type { JWTPayload, JWTVerifyOptions, JWTVerifyResult } from 'jose';
import { errors, jwtVerify } from 'jose';
import { ACCOUNT_ID_PATTERN } from '../../../domain/ids.ts';
import type { AuthConfig } from './auth-config.ts';
import { AuthConfigInvalid, secretKey } from './auth-config.ts';
import type { KeySet, OnWarning } from './key-set.ts';
import { KeySetUnavailable, openKeySet, PUBLIC_KEY_ALGORITHMS } from './key-set.ts';
import { createVerifiedTokens } from './verified-tokens.ts';

/** `rowlock:top-up-own` is a development token's: it tops up its own account only. */
export type Scope = 'rowlock:top-up' | 'rowlock:top-up-own' | 'rowlock:reverse' | 'rowlock:admin';

export interface Identity {
  readonly accountId: string;
  readonly scopes: ReadonlySet<string>;
}

/** Why nobody is identified; with `unavailable` no token is at fault: the issuer's keys can't be read. */
export interface Unidentified {
  readonly unidentified: 'missing' | 'expired' | 'invalid' | 'unavailable';
  /** A sentence for the client and the log, one of few; nothing of the token is in it. */
  readonly reason: string;
}

export interface Authenticator {
  /** Identifies the sender by the Authorization header. */
  identify(authorization: string | undefined): Promise<Identity | Unidentified>;
  /** Ends what it does in the background. */
  close(): void;
}

const TOKEN_LENGTH_MAX = 8_192;
/** How far the issuer's clock and this machine's may be apart. */
const LEEWAY_SECONDS = 10;
/** A token that lives longer was made by mistake. */
const LIFETIME_DAYS_MAX = 400;
/** Tokens of other kinds (RFC 8725 section 3.11), such as a logout token, open no door here. */
const TYPES: ReadonlySet<string | undefined> = new Set([undefined, 'jwt', 'at+jwt', 'application/at+jwt']);

const bearer = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*)$/i;
const account = new RegExp(ACCOUNT_ID_PATTERN);

const MISSING: Unidentified = {
  unidentified: 'missing',
  reason: 'Send a bearer token in the Authorization header.',
};
const EXPIRED: Unidentified = { unidentified: 'expired', reason: 'The token has expired.' };
const UNAVAILABLE: Unidentified = {
  unidentified: 'unavailable',
  reason: 'The keys that verify tokens cannot be read.',
};

function invalid(reason: string): Unidentified {
  return { unidentified: 'invalid', reason };
}

/** Prepares the keys. Throws `AuthConfigInvalid`. */
export async function createAuthenticator(
  config: AuthConfig,
  onWarning: OnWarning = () => undefined,
): Promise<Authenticator> {
  const { find, close, algorithms } = await trustedKeys(config, onWarning);
  const { accountClaim = 'sub' } = config;
  const issuer = config.issuer === '*' ? undefined : config.issuer;
  const audience = config.audience === '*' ? undefined : config.audience;
  const options: JWTVerifyOptions = {
    algorithms,
    clockTolerance: LEEWAY_SECONDS,
    requiredClaims: ['exp', accountClaim],
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
  const reasonsOfClaims: Readonly<Record<string, string>> = {
    iss: `The token's iss must be ${issuer}.`,
    aud: `The token's aud must contain ${audience}.`,
    nbf: 'The token is not valid yet (nbf).',
  };

  const reasonOf = (error: unknown): Unidentified => {
    if (error instanceof KeySetUnavailable) return UNAVAILABLE;
    if (error instanceof errors.JWTExpired) return EXPIRED;
    if (error instanceof errors.JWTClaimValidationFailed) {
      return invalid(
        reasonsOfClaims[error.claim] ?? `The token's claim ${error.claim} is missing or malformed.`,
      );
    }
    if (error instanceof errors.JOSEAlgNotAllowed) {
      return invalid(`The token's alg must be one of ${algorithms.join(', ')}.`);
    }
    if (error instanceof errors.JWSSignatureVerificationFailed)
      return invalid("The token's signature is wrong.");
    if (error instanceof errors.JWKSNoMatchingKey) return invalid('No key of the issuer signed the token.');
    if (error instanceof errors.JWKSMultipleMatchingKeys) {
      return invalid('The issuer has several keys: the token must name its own (kid).');
    }
    if (error instanceof errors.JOSEError)
      return invalid('The token is not a JSON Web Token of a known form.');
    throw error;
  };

  const verified = createVerifiedTokens();
  return {
    close,
    identify: async (authorization) => {
      if (authorization === undefined) return MISSING;
      if (authorization.length > TOKEN_LENGTH_MAX) {
        return invalid(`The token has more than ${TOKEN_LENGTH_MAX} characters.`);
      }
      const token = bearer.exec(authorization)?.[1];
      if (token === undefined) return invalid('The Authorization header holds no bearer token.');
      const known = verified.find(token);
      if (known !== undefined) return known === 'expired' ? EXPIRED : known;
      try {
        const result = await jwtVerify(token, find, options);
        const identity = identityOf(result, accountClaim, config.scopeClaim);
        if ('accountId' in identity) {
          verified.add(token, identity, (result.payload.exp! + LEEWAY_SECONDS) * 1_000);
        }
        return identity;
      } catch (error) {
        return reasonOf(error);
      }
    },
  };
}

async function trustedKeys(
  config: AuthConfig,
  onWarning: OnWarning,
): Promise<KeySet & { readonly algorithms: string[] }> {
  const { secret, jwks } = config;
  if (secret !== undefined && jwks !== undefined) {
    throw new AuthConfigInvalid(
      'tokens are verified by a secret or by a key set (JWKS), never both: give one',
    );
  }
  if (secret !== undefined) {
    const key = await secretKey(secret);
    return { find: () => Promise.resolve(key), close: () => undefined, algorithms: ['HS256'] };
  }
  if (jwks === undefined) {
    throw new AuthConfigInvalid('tokens cannot be verified: give a secret or a key set (JWKS)');
  }
  if (config.issuer === undefined || config.audience === undefined) {
    throw new AuthConfigInvalid(
      'a key set (JWKS) signs for other applications, too: give the issuer and the audience of its tokens, or * for any',
    );
  }
  return { ...(await openKeySet(jwks, onWarning)), algorithms: PUBLIC_KEY_ALGORITHMS };
}

function identityOf(
  { payload, protectedHeader }: JWTVerifyResult,
  accountClaim: string,
  scopeClaim: string | undefined,
): Identity | Unidentified {
  if (!TYPES.has(protectedHeader.typ?.toLowerCase())) {
    return invalid("The token's typ must be JWT or at+jwt: this one is not for access.");
  }
  const now = Date.now() / 1_000;
  if (payload.exp! > now + LIFETIME_DAYS_MAX * 86_400) {
    return invalid(`The token's exp is more than ${LIFETIME_DAYS_MAX} days ahead.`);
  }
  if (payload.iat !== undefined && payload.iat > now + LEEWAY_SECONDS) {
    return invalid('The token was issued in the future (iat).');
  }
  const accountId = payload[accountClaim];
  if (typeof accountId !== 'string' || !account.test(accountId)) {
    return invalid(`The token's claim ${accountClaim} must be 1 to 255 printable ASCII characters.`);
  }
  return { accountId, scopes: new Set(scopesOf(payload, scopeClaim)) };
}

/** The scopes as OAuth writes them (RFC 9068), or as a list, as some issuers do. */
function scopesOf(payload: JWTPayload, scopeClaim: string | undefined): readonly string[] {
  const claim = scopeClaim === undefined ? (payload['scope'] ?? payload['scp']) : payload[scopeClaim];
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((scope) => typeof scope === 'string') : [];
}
