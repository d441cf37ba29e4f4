/** Tokens that libraries are known to read differently. */
import type { JsonWebKey } from 'node:crypto';
import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Part } from '../../../../test/support/raw-tokens.ts';
import { encoded, rawToken, signedText } from '../../../../test/support/raw-tokens.ts';
import type { AuthConfig } from './auth-config.ts';
import type { Authenticator } from './auth.ts';
import { createAuthenticator } from './auth.ts';

const SECRET = 'thirty-two bytes of a secret for tests';
const ANYONE = { issuer: '*', audience: '*' };
const soon = Math.floor(Date.now() / 1_000) + 600;
const ANNA = { sub: 'anna', exp: soon };

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const largeRsa = generateKeyPairSync('rsa', { modulusLength: 3_072 });
const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1_024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');

type Pair = typeof rsa;

function jwkOf({ publicKey }: Pair, more: Readonly<Record<string, unknown>> = {}): JsonWebKey {
  return { ...publicKey.export({ format: 'jwk' }), ...more };
}

function withKeys(...keys: readonly JsonWebKey[]): Promise<Authenticator> {
  return createAuthenticator({ jwks: JSON.stringify({ keys }), ...ANYONE });
}

const accepted = expect.objectContaining({ accountId: 'anna' });
const refused = (reason: RegExp): unknown => ({
  unidentified: 'invalid',
  reason: expect.stringMatching(reason),
});
const malformed = refused(/of a known form/);

describe('a token signed with the secret', () => {
  let authenticator: Authenticator;
  beforeAll(async () => {
    authenticator = await createAuthenticator({ secret: SECRET });
  });
  const identify = (token: string): unknown => authenticator.identify(`Bearer ${token}`);

  it.each<readonly [string, Part, unknown]>([
    ['crit: ["exp"]', { alg: 'HS256', crit: ['exp'], exp: 1 }, malformed],
    ['crit: ["b64", "exp"]', { alg: 'HS256', crit: ['b64', 'exp'], b64: true, exp: 1 }, malformed],
    ['crit: []', { alg: 'HS256', crit: [] }, malformed],
    ['crit: null', { alg: 'HS256', crit: null }, malformed],
    ['crit: false', { alg: 'HS256', crit: false }, malformed],
    ['crit: "b64"', { alg: 'HS256', crit: 'b64', b64: true }, malformed],
    ['crit: ["b64"] without b64', { alg: 'HS256', crit: ['b64'] }, malformed],
    ['crit: ["b64"] and b64: "true"', { alg: 'HS256', crit: ['b64'], b64: 'true' }, malformed],
    ['crit: ["b64"] and b64: true, its default', { alg: 'HS256', crit: ['b64'], b64: true }, accepted],
    ['b64: false that is not critical', { alg: 'HS256', b64: false }, accepted],
    ['no alg', { typ: 'JWT' }, malformed],
    ['an alg that is a list', { alg: ['HS256'] }, malformed],
    ['an alg in lower case', { alg: 'hs256' }, refused(/alg must be one of HS256/)],
    ['a type that is a number', { alg: 'HS256', typ: 5 }, refused(/typ must be/)],
    ['alg twice, the last counts', '{"alg":"none","alg":"HS256"}', accepted],
    ['a header that is a list', [{ alg: 'HS256' }], malformed],
    ['a header that is not UTF-8', Buffer.from('{"alg":"HS256","x":"\xff"}', 'latin1'), malformed],
    [
      'keys of its own',
      { alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' }, x5c: ['AAAA'], jku: 'https://x.example', kid: '../x' },
      accepted,
    ],
  ])('has a header with %s', (_what, header, answer) => {
    expect(identify(rawToken(header, ANNA, SECRET))).toEqual(answer);
  });

  it('is not read without base64url when its header says so', () => {
    const header = encoded({ alg: 'HS256', crit: ['b64'], b64: false });
    expect(identify(signedText(`${header}.${encoded(ANNA)}`, SECRET))).toEqual(malformed);
  });

  it.each<readonly [string, Part, unknown]>([
    ['exp as a text', { ...ANNA, exp: String(soon) }, refused(/claim exp is missing or malformed/)],
    ['exp null', { ...ANNA, exp: null }, refused(/claim exp is missing or malformed/)],
    ['exp beyond all numbers', `{"sub":"anna","exp":1e999}`, refused(/400 days ahead/)],
    ['exp of 2^53', { ...ANNA, exp: 2 ** 53 }, refused(/400 days ahead/)],
    [
      'exp before all numbers',
      `{"sub":"anna","exp":-1e999}`,
      expect.objectContaining({ unidentified: 'expired' }),
    ],
    ['exp NaN', `{"sub":"anna","exp":NaN}`, malformed],
    ['nbf beyond all numbers', `{"sub":"anna","exp":${soon},"nbf":1e999}`, refused(/not valid yet/)],
    ['nbf as a text', { ...ANNA, nbf: '0' }, refused(/not valid yet/)],
    ['iat as a text', { ...ANNA, iat: '0' }, refused(/claim iat is missing or malformed/)],
    ['iat beyond all numbers', `{"sub":"anna","exp":${soon},"iat":1e999}`, refused(/in the future/)],
    ['sub twice, the last counts', `{"sub":"eve","sub":"anna","exp":${soon}}`, accepted],
    ['its claims in a prototype', `{"__proto__":{"sub":"anna"},"exp":${soon}}`, refused(/claim sub/)],
    ['a list', [ANNA], malformed],
    ['null', 'null', malformed],
    ['nothing', '', malformed],
    ['JSON and more', `${JSON.stringify(ANNA)} {}`, malformed],
    ['bytes that are not UTF-8', Buffer.from(`{"sub":"anna\xff","exp":${soon}}`, 'latin1'), malformed],
  ])('has a payload with %s', (_what, payload, answer) => {
    expect(identify(rawToken({ alg: 'HS256' }, payload, SECRET))).toEqual(answer);
  });

  it('has no account in a claim that every object inherits', async () => {
    const strange = await createAuthenticator({ secret: SECRET, accountClaim: 'constructor' });
    const token = rawToken({ alg: 'HS256' }, ANNA, SECRET);
    expect(strange.identify(`Bearer ${token}`)).toEqual(refused(/claim constructor is missing/));
  });

  it('may have bits left over in its last letter, but no letter', () => {
    const token = rawToken({ alg: 'HS256' }, ANNA, SECRET);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // 43 letters have two bits more than 32 bytes.
    const sameBytes = token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1)!) + 1];
    expect(identify(sameBytes)).toEqual(accepted);
    expect(identify(`${token}AA`)).toEqual(malformed);
    const text = `${encoded({ alg: 'HS256' })}.${encoded({ ...ANNA, sub: 'annaa' })}`;
    const [header, payload] = text.split('.') as [string, string];
    const padded = payload + 'A'.repeat((5 - (payload.length % 4)) % 4);
    expect(padded.length % 4).toBe(1);
    expect(identify(signedText(`${header}.${padded}`, SECRET))).toEqual(malformed);
  });

  it.each(['', 'AAAA', 'A'.repeat(42), 'A'.repeat(43), 'A'.repeat(86), 'A'.repeat(4_000)])(
    'is invalid with the signature "%s"',
    (signature) => {
      const unsigned = `${encoded({ alg: 'HS256' })}.${encoded(ANNA)}`;
      expect(identify(`${unsigned}.${signature}`)).toEqual(refused(/signature is wrong/));
    },
  );
});

describe('a token signed with a key of the set', () => {
  const pairs: readonly (readonly [alg: string, pair: Pair])[] = [
    ['RS256', rsa],
    ['ES256', ec],
    ['EdDSA', ed],
    ['Ed25519', ed],
  ];

  it.each(pairs)('is identified, and not with a byte more or less: %s', async (alg, pair) => {
    const authenticator = await withKeys(jwkOf(rsa), jwkOf(ec), jwkOf(ed));
    const token = rawToken({ alg }, ANNA, pair.privateKey);
    expect(await authenticator.identify(`Bearer ${token}`)).toEqual(accepted);
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const bytes = Buffer.from(signature, 'base64url');
    const others = [Buffer.alloc(0), bytes.subarray(1), Buffer.concat([bytes, bytes]), Buffer.alloc(64, 255)];
    for (const other of others) {
      const forged = `${header}.${payload}.${other.toString('base64url')}`;
      expect(await authenticator.identify(`Bearer ${forged}`)).toEqual(refused(/signature is wrong/));
    }
  });

  it('is not one that a public key signed as if it were a secret', async () => {
    const authenticator = await withKeys(jwkOf(rsa, { kid: 'a' }));
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    for (const secret of [pem, JSON.stringify(jwkOf(rsa, { kid: 'a' }))]) {
      const token = rawToken({ alg: 'HS256', kid: 'a' }, ANNA, secret);
      expect(authenticator.identify(`Bearer ${token}`)).toEqual(refused(/alg must be one of RS256/));
    }
  });

  it('is not one of a key that came with it', async () => {
    const authenticator = await withKeys(jwkOf(ec, { kid: 'a' }));
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const header = { alg: 'ES256', kid: 'a', jwk: jwkOf(stranger), x5c: ['AAAA'], jku: 'https://x.example' };
    expect(await authenticator.identify(`Bearer ${rawToken(header, ANNA, stranger.privateKey)}`)).toEqual(
      refused(/signature is wrong/),
    );
    expect(await authenticator.identify(`Bearer ${rawToken(header, ANNA, ec.privateKey)}`)).toEqual(accepted);
  });

  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['is for encryption', { use: 'enc' }],
    ['has another algorithm', { alg: 'RS512' }],
    ['has another kid', { kid: 'b' }],
    ['has a kid that is a number', { kid: 5 }],
  ])('is not verified by a key that %s', async (_what, more) => {
    const authenticator = await withKeys(jwkOf(rsa, { kid: 'a', ...more }), jwkOf(ec));
    const token = rawToken({ alg: 'RS256', kid: 'a' }, ANNA, rsa.privateKey);
    expect(await authenticator.identify(`Bearer ${token}`)).toEqual(refused(/No key of the issuer/));
  });

  it.each([5, null, ['a'], {}])('finds no key by a kid that is no text: %j', async (kid) => {
    const authenticator = await withKeys(jwkOf(rsa));
    const token = rawToken({ alg: 'RS256', kid }, ANNA, rsa.privateKey);
    expect(await authenticator.identify(`Bearer ${token}`)).toEqual(refused(/No key of the issuer/));
  });

  it('must name one of several keys', async () => {
    const authenticator = await withKeys(jwkOf(rsa, { kid: 'a' }), jwkOf(largeRsa, { kid: 'b' }));
    const answers = [{}, { kid: 'a' }, { kid: 'b' }].map(async (named) =>
      authenticator.identify(`Bearer ${rawToken({ alg: 'RS256', ...named }, ANNA, rsa.privateKey)}`),
    );
    expect(await Promise.all(answers)).toEqual([
      refused(/must name its own \(kid\)/),
      accepted,
      refused(/signature is wrong/),
    ]);
  });

  it('is answered at once where checking is quick', async () => {
    const authenticator = await withKeys(
      jwkOf(rsa, { kid: 'quick' }),
      jwkOf(largeRsa, { kid: 'large' }),
      jwkOf(ec),
    );
    const answerTo = (header: object, pair: Pair): unknown =>
      authenticator.identify(`Bearer ${rawToken(header, ANNA, pair.privateKey)}`);
    expect(answerTo({ alg: 'RS256', kid: 'quick' }, rsa)).toEqual(accepted);
    for (const slow of [answerTo({ alg: 'RS256', kid: 'large' }, largeRsa), answerTo({ alg: 'ES256' }, ec)]) {
      expect(slow).toBeInstanceOf(Promise);
      expect(await slow).toEqual(accepted);
    }
    // The same token is known now.
    expect(answerTo({ alg: 'RS256', kid: 'large' }, largeRsa)).toEqual(accepted);
  });
});

describe('a key set is refused', () => {
  it.each<readonly [string, JsonWebKey, RegExp]>([
    ['with an RSA key below 2,048 bits', jwkOf(weakRsa), /an RSA key has 1024 bits; it needs at least 2048$/],
    ['with a key for signing', jwkOf(rsa, { key_ops: ['sign'] }), /cannot be used/],
    ['with key_ops that are no list', jwkOf(rsa, { key_ops: 'verify' }), /cannot be used/],
    ['with ext that is no boolean', jwkOf(rsa, { ext: 'true' }), /cannot be used/],
    ['with another curve than its algorithm', jwkOf(ed, { alg: 'ES256' }), /cannot be used/],
    ['with a private key', ec.privateKey.export({ format: 'jwk' }), /public keys only/],
  ])('%s', async (_what, key, message) => {
    const config: AuthConfig = { jwks: JSON.stringify({ keys: [key] }), ...ANYONE };
    await expect(createAuthenticator(config)).rejects.toThrow(message);
  });
});
