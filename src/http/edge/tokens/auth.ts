/**
 * Identifies the sender of a request by bearer tokens (RFC 6750) that are signed JSON Web Tokens (RFC 7519). Rowlock
 * issues none of its own; it trusts one secret, or the public keys of one issuer. That choice fixes the algorithms,
 * never the token itself (RFC 8725 section 3.1).
 */
import type { AuthConfig } from './auth-config.ts';
import { AuthConfigInvalid, secretKey } from './auth-config.ts';
import { createClaimsCheck, LEEWAY_SECONDS } from './claims.ts';
import type { Identity, Unidentified } from './identity.ts';
import { invalid, MALFORMED } from './identity.ts';
import type { FoundKey, KeySet, OnWarning } from './key-set.ts';
import { openKeySet, PUBLIC_KEY_ALGORITHMS } from './key-set.ts';
import type { Algorithm } from './signature.ts';
import { isSignedBy } from './signature.ts';
import type { SignedToken } from './signed-token.ts';
import { createTokenReader, readBytes, readObject } from './signed-token.ts';
import { createVerifiedTokens } from './verified-tokens.ts';

type Answer = Identity | Unidentified;

export interface Authenticator {
  /**
   * Identifies the sender by the Authorization header. It answers with a promise only when it waits: for the issuer's keys, or
   * for a slow signature.
   */
  identify(authorization: string | undefined): Answer | Promise<Answer>;
  /** Ends what it does in the background. */
  close(): void;
}

const TOKEN_LENGTH_MAX = 8_192;

const bearer = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*)$/i;

const MISSING: Unidentified = {
  unidentified: 'missing',
  reason: 'Send a bearer token in the Authorization header.',
};
const NO_KEY: Readonly<Record<Extract<FoundKey, string>, Unidentified>> = {
  none: invalid('No key of the issuer signed the token.'),
  several: invalid('The issuer has several keys: the token must name its own (kid).'),
  unavailable: { unidentified: 'unavailable', reason: 'The keys that verify tokens cannot be read.' },
};
const WRONG_SIGNATURE = invalid("The token's signature is wrong.");

/** Prepares the keys. Throws `AuthConfigInvalid`. */
export async function createAuthenticator(
  config: AuthConfig,
  onWarning: OnWarning = () => undefined,
): Promise<Authenticator> {
  const { find, close, algorithms } = await trustedKeys(config, onWarning);
  const wrongAlgorithm = invalid(`The token's alg must be one of ${algorithms.join(', ')}.`);
  const checkClaims = createClaimsCheck(config);
  const verified = createVerifiedTokens();
  const readToken = createTokenReader();

  const verify = (text: string): Answer | Promise<Answer> => {
    const token = readToken(text);
    if (token === undefined) return MALFORMED;
    const algorithm = algorithms.find((each) => each === token.alg);
    if (algorithm === undefined) return wrongAlgorithm;
    return after(find(algorithm, token.kid), (key) => {
      if (typeof key === 'string') return NO_KEY[key];
      const signature = readBytes(token.signature);
      if (signature === undefined) return MALFORMED;
      return after(isSignedBy(key, algorithm, token.signingInput, signature), (isSigned) =>
        isSigned ? identityBy(text, token) : WRONG_SIGNATURE,
      );
    });
  };

  const identityBy = (text: string, token: SignedToken): Answer => {
    const claims = readObject(token.payload);
    if (claims === undefined) return MALFORMED;
    const identity = checkClaims(claims, token.typ);
    if ('accountId' in identity) {
      verified.add(text, identity, (Number(claims['exp']) + LEEWAY_SECONDS) * 1_000);
    }
    return identity;
  };

  return {
    close,
    identify: (authorization) => {
      if (authorization === undefined) return MISSING;
      if (authorization.length > TOKEN_LENGTH_MAX) {
        return invalid(`The token has more than ${TOKEN_LENGTH_MAX} characters.`);
      }
      const token = bearer.exec(authorization)?.[1];
      if (token === undefined) return invalid('The Authorization header holds no bearer token.');
      return verified.find(token) ?? verify(token);
    },
  };
}

/** The authenticator of a service where people sign in and programs do not. */
export function takesNoTokens(): Authenticator {
  const refused = invalid('This service takes no bearer tokens.');
  const missing: Unidentified = { unidentified: 'missing', reason: 'Sign in first.' };
  return {
    identify: (authorization) => (authorization === undefined ? missing : refused),
    close: () => undefined,
  };
}

/** Goes on with a value, at once if it is there. */
function after<Given, Result>(
  given: Given | Promise<Given>,
  use: (given: Given) => Result | Promise<Result>,
): Result | Promise<Result> {
  return given instanceof Promise ? given.then(use) : use(given);
}

async function trustedKeys(
  config: AuthConfig,
  onWarning: OnWarning,
): Promise<KeySet & { readonly algorithms: readonly Algorithm[] }> {
  const { secret, jwks } = config;
  if (secret !== undefined && jwks !== undefined) {
    throw new AuthConfigInvalid(
      'tokens are verified by a secret or by a key set (JWKS), never both: give one',
    );
  }
  if (secret !== undefined) {
    const key = secretKey(secret);
    return { find: () => key, close: () => undefined, algorithms: ['HS256'] };
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
