/**
 * Compares the authenticator with one that jose verifies for: both must give the same answer, sentence included, to random
 * tokens and to their mutations. A failing token prints its seed and path.
 */
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import type { JWTVerifyGetKey, JWTVerifyResult } from 'jose';
import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Part, SigningKey } from '../../../../test/support/raw-tokens.ts';
import { encoded, rawToken } from '../../../../test/support/raw-tokens.ts';
import type { AuthConfig } from './auth-config.ts';
import { createAuthenticator } from './auth.ts';
import type { Identity, Unidentified } from './identity.ts';

const SECRET = 'thirty-two bytes of a secret for tests';
const ISSUER = 'https://issuer.example';
const AUDIENCE = 'rowlock';
const NOW = 1_900_000_000;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsaPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string;

const jwks = {
  keys: [
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa' },
    { ...ec.publicKey.export({ format: 'jwk' }), kid: 'ec', alg: 'ES256', use: 'sig' },
    { ...stranger.publicKey.export({ format: 'jwk' }), kid: 'other' },
    { ...ed.publicKey.export({ format: 'jwk' }), kid: 'ed', key_ops: ['verify'] },
  ],
};

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1_000 + 500 });
});
afterAll(() => {
  vi.useRealTimers();
});

/** A key, and what a header says of it. */
interface Signer {
  readonly key: SigningKey;
  readonly alg: string;
  readonly kid?: string;
}

describe('the answer is the same as with jose', () => {
  it('to tokens signed with a secret', async () => {
    const config = { secret: SECRET, issuer: ISSUER, audience: AUDIENCE };
    const key = new TextEncoder().encode(SECRET);
    const identifyByJose = identifierByJose(config, () => key, ['HS256']);
    const signers: Signer[] = [
      { key: SECRET, alg: 'HS256' },
      { key: SECRET, alg: 'HS256', kid: 'any' },
      { key: `${SECRET}!`, alg: 'HS256' },
    ];
    await agree(config, identifyByJose, tokensBy(signers), 3_000);
  });

  it('to tokens signed with a key of a set', async () => {
    const algorithms = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];
    const config = { jwks: JSON.stringify(jwks), issuer: ISSUER, audience: '*', accountClaim: 'email' };
    const identifyByJose = identifierByJose(config, createLocalJWKSet(jwks), algorithms);
    const signers: Signer[] = [
      { key: rsa.privateKey, alg: 'RS256', kid: 'rsa' },
      { key: rsa.privateKey, alg: 'RS256' },
      { key: ec.privateKey, alg: 'ES256', kid: 'ec' },
      { key: ed.privateKey, alg: 'EdDSA', kid: 'ed' },
      { key: ed.privateKey, alg: 'Ed25519' },
      { key: stranger.privateKey, alg: 'ES256', kid: 'ec' },
      { key: rsaPem, alg: 'HS256', kid: 'rsa' },
    ];
    await agree(config, identifyByJose, tokensBy(signers), 1_500);
  });
});

type Answer = Identity | Unidentified;

async function agree(
  config: AuthConfig,
  identifyByJose: (authorization: string) => Promise<Answer>,
  arbitrary: fc.Arbitrary<string>,
  numRuns: number,
): Promise<void> {
  const authenticator = await createAuthenticator(config);
  const answers = new Map<string, number>();
  const property = fc.asyncProperty(arbitrary, async (token) => {
    const answer = await authenticator.identify(`Bearer ${token}`);
    expect(answer).toEqual(await identifyByJose(`Bearer ${token}`));
    const kind = 'accountId' in answer ? 'identified' : answer.reason;
    answers.set(kind, (answers.get(kind) ?? 0) + 1);
  });
  await fc.assert(property, { numRuns });
  // The tokens are neither all good nor all bad, and bad for many reasons.
  expect(answers.get('identified')).toBeGreaterThan(numRuns / 20);
  expect(answers.size).toBeGreaterThan(8);
}

/** Mostly the usual value; else one of the odd ones, or (for `undefined`) none. */
function mostly(usual: unknown, ...odd: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );
}

function headersOf({ alg, kid }: Signer): fc.Arbitrary<Part> {
  return fc.record({
    alg: mostly(alg, 'HS256', 'HS512', 'RS256', 'ES256', 'EdDSA', 'none', '', 'hs256', undefined, 5, null),
    kid: mostly(kid, undefined, 'rsa', 'ec', 'other', 'ed', 'nobody', '', 5, null),
    typ: mostly(
      'JWT',
      undefined,
      'at+jwt',
      'APPLICATION/AT+JWT',
      'logout+jwt',
      '',
      'application/jwt',
      null,
      5,
    ),
    crit: mostly(undefined, null, false, [], ['b64'], ['b64', 'b64'], ['x'], ['alg'], 'b64', [5], ['']),
    b64: mostly(undefined, true, false, 'true'),
    jwk: mostly(undefined, { kty: 'oct', k: 'AAAA' }),
    x: mostly(undefined, 1),
  });
}

const payloads: fc.Arbitrary<Part> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      sub: mostly('anna', undefined, '', 'an na', 'é', 5, null, ['anna'], 'a'.repeat(256)),
      email: mostly('anna@x.example', undefined, null, 5),
      iss: mostly(ISSUER, undefined, null, 'https://other.example', [ISSUER], ''),
      aud: mostly(AUDIENCE, undefined, null, 'other', [], [AUDIENCE], ['other', AUDIENCE], [5], {
        0: AUDIENCE,
      }),
      exp: moments(NOW + 600, NOW + 400 * 86_400, NOW + 400 * 86_400 + 1),
      nbf: moments(undefined, NOW),
      iat: moments(NOW, undefined),
      scope: mostly('a b', undefined, null, '', ' a', ['a', 5], 5, {}),
      scp: mostly(undefined, 'c', ['c']),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Part[]>(
      '',
      'null',
      '5',
      '[]',
      '{}',
      '{',
      Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]),
      Buffer.from(`{"sub":"anna\xff","iss":"${ISSUER}","aud":"rowlock","exp":${NOW + 600}}`, 'latin1'),
      `{"sub":"eve","sub":"anna","iss":"${ISSUER}","aud":"rowlock","exp":${NOW + 600}}`,
      `{"sub":"anna","iss":"${ISSUER}","aud":"rowlock","exp":1e999}`,
      `{"sub":"anna","iss":"${ISSUER}","aud":"rowlock","exp":-1e999}`,
      `{"sub":"anna","iss":"${ISSUER}","aud":"rowlock","exp":${NOW + 600},"nbf":1e999}`,
      `{"sub":"anna","iss":"${ISSUER}","aud":"rowlock","exp":${NOW + 600},"iat":1e999}`,
      `{"__proto__":{"sub":"anna"},"iss":"${ISSUER}","aud":"rowlock","exp":${NOW + 600}}`,
    ),
  },
);

function moments(usual: number | undefined, ...odd: readonly unknown[]): fc.Arbitrary<unknown> {
  const near = [-11, -10, -9, 0, 9, 10, 11].map((seconds) => NOW + seconds);
  return mostly(usual, ...odd, ...near, String(NOW), null, 0, -1, 2 ** 53, true, [NOW]);
}

function tokensBy(signers: readonly Signer[]): fc.Arbitrary<string> {
  const right = fc
    .constantFrom(...signers)
    .chain((signer) =>
      fc.tuple(headersOf(signer), payloads).map(([header, payload]) => rawToken(header, payload, signer.key)),
    );
  return fc.oneof({ weight: 3, arbitrary: right }, { weight: 1, arbitrary: right.chain(mutated) });
}

/** The token with one letter more, less or different, or with one part lost or twice. */
function mutated(token: string): fc.Arbitrary<string> {
  const place = fc.nat({ max: token.length });
  const letter = fc.constantFrom(...'ABCDQZabcdz0189-_.=+/ '.split(''));
  const [header = '', payload = '', signature = ''] = token.split('.');
  return fc.oneof(
    fc.tuple(place, letter).map(([at, added]) => token.slice(0, at) + added + token.slice(at)),
    fc.tuple(place, letter).map(([at, other]) => token.slice(0, at) + other + token.slice(at + 1)),
    place.map((at) => token.slice(0, at) + token.slice(at + 1)),
    place.map((at) => token.slice(0, at)),
    letter.map((last) => token.slice(0, -1) + last),
    fc.constantFrom(
      `${header}.${payload}.`,
      `${header}..${signature}`,
      `.${payload}.${signature}`,
      `${header}.${header}.${signature}`,
      `${encoded({ alg: 'none' })}.${payload}.`,
      `${token}.${signature}`,
      `${token}A`,
      `${token}AA`,
      `${token}=`,
    ),
  );
}

/** Identifies as the authenticator did when jose verified every token. */
function identifierByJose(
  { issuer, audience, accountClaim = 'sub' }: AuthConfig,
  key: JWTVerifyGetKey,
  algorithms: string[],
): (authorization: string) => Promise<Answer> {
  const options = {
    algorithms,
    clockTolerance: 10,
    requiredClaims: ['exp', accountClaim],
    ...(issuer !== undefined && issuer !== '*' && { issuer }),
    ...(audience !== undefined && audience !== '*' && { audience }),
  };
  return async (authorization) => {
    const token = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*)$/i.exec(authorization)?.[1];
    if (token === undefined) return invalid('The Authorization header holds no bearer token.');
    const verifying = jwtVerify(token, key, options);
    if (hasRawPayload(token)) {
      // jose checks the signature before it refuses this.
      await expect(verifying).rejects.toThrow(errors.JOSEError);
      return invalid('The token is not a JSON Web Token of a known form.');
    }
    try {
      return identityByJose(await verifying, accountClaim);
    } catch (error) {
      if (error instanceof errors.JWTExpired) {
        return { unidentified: 'expired', reason: 'The token has expired.' };
      }
      if (error instanceof errors.JWTClaimValidationFailed) {
        const { claim } = error;
        if (claim === 'iss') return invalid(`The token's iss must be ${issuer}.`);
        if (claim === 'aud') return invalid(`The token's aud must contain ${audience}.`);
        if (claim === 'nbf') return invalid('The token is not valid yet (nbf).');
        return invalid(`The token's claim ${claim} is missing or malformed.`);
      }
      if (error instanceof errors.JOSEError) return invalid(reasonOf(error, algorithms));
      throw error;
    }
  };
}

function hasRawPayload(token: string): boolean {
  try {
    const { crit, b64 } = decodeProtectedHeader(token);
    return crit !== undefined && b64 === false;
  } catch {
    return false;
  }
}

function reasonOf(error: errors.JOSEError, algorithms: readonly string[]): string {
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return `The token's alg must be one of ${algorithms.join(', ')}.`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return "The token's signature is wrong.";
  if (error instanceof errors.JWKSNoMatchingKey) return 'No key of the issuer signed the token.';
  if (error instanceof errors.JWKSMultipleMatchingKeys) {
    return 'The issuer has several keys: the token must name its own (kid).';
  }
  return 'The token is not a JSON Web Token of a known form.';
}

function identityByJose({ payload, protectedHeader }: JWTVerifyResult, accountClaim: string): Answer {
  const { typ } = protectedHeader as { readonly typ?: unknown };
  const types: readonly unknown[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];
  if (!types.includes(typeof typ === 'string' ? typ.toLowerCase() : typ)) {
    return invalid("The token's typ must be JWT or at+jwt: this one is not for access.");
  }
  const now = Date.now() / 1_000;
  if (payload.exp! > now + 400 * 86_400) return invalid("The token's exp is more than 400 days ahead.");
  if (payload.iat !== undefined && payload.iat > now + 10) {
    return invalid('The token was issued in the future (iat).');
  }
  const accountId = payload[accountClaim];
  if (typeof accountId !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(accountId)) {
    return invalid(`The token's claim ${accountClaim} must be 1 to 255 printable ASCII characters.`);
  }
  const scope = payload['scope'] ?? payload['scp'];
  const scopes = typeof scope === 'string' ? scope.split(' ') : Array.isArray(scope) ? scope : [];
  return { accountId, scopes: new Set(scopes.filter((each) => typeof each === 'string')) };
}

function invalid(reason: string): Answer {
  return { unidentified: 'invalid', reason };
}
