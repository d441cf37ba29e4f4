import type { CryptoKey, JWK, JWTPayload } from 'jose';
import { base64url, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuthConfig } from './auth-config.ts';
import { AuthConfigInvalid } from './auth-config.ts';
import type { Authenticator } from './auth.ts';
import { createAuthenticator } from './auth.ts';

const SECRET = 'thirty-two bytes of a secret for tests';
/** A key set whose tokens may be for anyone. */
const ANYONE = { issuer: '*', audience: '*' };
const soon = Math.floor(Date.now() / 1_000) + 600;

async function signed(
  payload: JWTPayload,
  key: Uint8Array | CryptoKey = bytes(SECRET),
  alg = 'HS256',
  header: Readonly<{ kid?: string; typ?: string }> = {},
): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg, ...header }).sign(key);
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function unsigned(header: object, payload: object, signature = ''): string {
  return `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(payload))}.${signature}`;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a token signed with the secret', () => {
  let authenticator: Authenticator;
  beforeAll(async () => {
    authenticator = await createAuthenticator({ secret: SECRET });
  });
  const identify = (token: string): ReturnType<Authenticator['identify']> =>
    authenticator.identify(`Bearer ${token}`);

  it('identifies its account and scopes, also the second time', async () => {
    const token = await signed({ sub: 'anna', exp: soon, scope: 'rowlock:top-up rowlock:admin' });
    for (let time = 0; time < 2; time += 1) {
      expect(await identify(token)).toEqual({
        accountId: 'anna',
        scopes: new Set(['rowlock:top-up', 'rowlock:admin']),
      });
    }
    expect(await authenticator.identify(`bearer ${token}`)).toMatchObject({ accountId: 'anna' });
  });

  it.each<readonly [string, JWTPayload, readonly string[]]>([
    ['none', {}, []],
    ['a number', { scope: 5 }, []],
    ['a text', { scope: 'a b' }, ['a', 'b']],
    ['a list', { scope: ['a', 5, 'b'] }, ['a', 'b']],
    ['scp, a text', { scp: 'a b' }, ['a', 'b']],
    ['scp, a list', { scp: ['a'] }, ['a']],
    ['scope before scp', { scope: 'a', scp: ['b'] }, ['a']],
  ])('has the scopes that its claims say: %s', async (_what, claims, scopes) => {
    expect(await identify(await signed({ sub: 'anna', exp: soon, ...claims }))).toEqual({
      accountId: 'anna',
      scopes: new Set(scopes),
    });
  });

  it.each([
    'auth0|5f7c8ec7c33c6c004bbafe82',
    'a+b@x.example',
    'https://issuer.example/users/7',
    'a'.repeat(255),
  ])('may name its account as issuers do: %s', async (sub) => {
    expect(await identify(await signed({ sub, exp: soon }))).toMatchObject({ accountId: sub });
  });

  it.each(['JWT', 'at+jwt', 'application/at+jwt'])('may be of the type %s', async (typ) => {
    const token = await signed({ sub: 'anna', exp: soon }, undefined, undefined, { typ });
    expect(await identify(token)).toMatchObject({ accountId: 'anna' });
  });

  it('may come from a clock that is some seconds ahead', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const token = await signed({ sub: 'anna', exp: soon, nbf: now + 5, iat: now + 5 });
    expect(await identify(token)).toMatchObject({ accountId: 'anna' });
  });

  it('is expired some seconds after its time, also when it was identified before', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const token = await signed({ sub: 'anna', exp: Math.floor(Date.now() / 1_000) + 10 });
    expect(await identify(token)).toMatchObject({ accountId: 'anna' });
    vi.setSystemTime(Date.now() + 20_001);
    expect(await identify(token)).toMatchObject({ unidentified: 'expired' });
  });

  it('is verified again after a minute', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const token = await signed({ sub: 'anna', exp: Math.floor(Date.now() / 1_000) + 600 });
    expect(await identify(token)).toMatchObject({ accountId: 'anna' });
    vi.advanceTimersByTime(60_001);
    expect(await identify(token)).toMatchObject({ accountId: 'anna' });
  });

  it.each<readonly [string, () => Promise<string> | string, RegExp]>([
    ['without exp', () => signed({ sub: 'anna' }), /claim exp is missing/],
    ['without sub', () => signed({ exp: soon }), /claim sub is missing/],
    ['whose sub has a space', () => signed({ sub: 'an na', exp: soon }), /claim sub must be 1 to 255/],
    ['whose sub is not ASCII', () => signed({ sub: '안나', exp: soon }), /claim sub must be 1 to 255/],
    ['whose sub is empty', () => signed({ sub: '', exp: soon }), /claim sub must be 1 to 255/],
    [
      'whose sub is too long',
      () => signed({ sub: 'a'.repeat(256), exp: soon }),
      /claim sub must be 1 to 255/,
    ],
    ['whose sub is a number', () => signed({ sub: 5 as never, exp: soon }), /claim sub must be 1 to 255/],
    [
      'whose exp is a text',
      () => signed({ sub: 'anna', exp: String(soon) as never }),
      /claim exp is missing/,
    ],
    ['that never ends', () => signed({ sub: 'anna', exp: soon + 10_000 * 31_536_000 }), /400 days ahead/],
    ['issued in the future', () => signed({ sub: 'anna', exp: soon, iat: soon }), /issued in the future/],
    ['that is not valid yet', () => signed({ sub: 'anna', exp: soon, nbf: soon - 100 }), /not valid yet/],
    [
      'of another type',
      () => signed({ sub: 'anna', exp: soon }, undefined, undefined, { typ: 'logout+jwt' }),
      /typ must be/,
    ],
    [
      'signed with another secret',
      () => signed({ sub: 'anna', exp: soon }, bytes('another secret of thirty-two bytes!!')),
      /signature is wrong/,
    ],
    [
      'signed with HS512',
      () => signed({ sub: 'anna', exp: soon }, bytes(SECRET.repeat(2)), 'HS512'),
      /alg must be one of HS256/,
    ],
    ['with alg none', () => unsigned({ alg: 'none' }, { sub: 'anna', exp: soon }), /alg must be/],
    [
      'with alg nOnE and some signature',
      () => unsigned({ alg: 'nOnE' }, { sub: 'anna', exp: soon }, 'AAAA'),
      /alg must be/,
    ],
    [
      'with a critical extension',
      () => unsigned({ alg: 'HS256', crit: ['x'], x: 1 }, { sub: 'anna', exp: soon }, 'AAAA'),
      /of a known form/,
    ],
    [
      'whose payload is no JSON',
      () => `${base64url.encode('{"alg":"HS256"}')}.eHh4.AAAA`,
      /signature is wrong/,
    ],
    [
      'longer than 8 kB',
      () => signed({ sub: 'anna', exp: soon, padding: 'x'.repeat(8_192) }),
      /more than 8192/,
    ],
    ['with five parts', () => 'a.b.c.d.e', /no bearer token/],
    ['of nothing', () => '', /no bearer token/],
    ['with a line break', () => 'a.b.c\r\nx: y', /no bearer token/],
  ])('is invalid %s, and the answer says why', async (_what, token, reason) => {
    const answer = await identify(await token());
    expect(answer).toEqual({ unidentified: 'invalid', reason: expect.stringMatching(reason) });
  });

  it('is invalid when its payload was changed', async () => {
    const [header, , signature] = (await signed({ sub: 'anna', exp: soon })).split('.');
    const payload = base64url.encode(JSON.stringify({ sub: 'anna', exp: soon, scope: 'rowlock:admin' }));
    expect(await identify(`${header}.${payload}.${signature}`)).toMatchObject({ unidentified: 'invalid' });
  });

  it('is expired, not invalid, when its signature is right', async () => {
    expect(await identify(await signed({ sub: 'anna', exp: 1 }))).toMatchObject({ unidentified: 'expired' });
    const forged = await signed({ sub: 'anna', exp: 1 }, bytes('another secret of thirty-two bytes!!'));
    expect(await identify(forged)).toMatchObject({ unidentified: 'invalid' });
  });

  it('is missing without a header, and invalid in another scheme', async () => {
    expect(await authenticator.identify(undefined)).toMatchObject({ unidentified: 'missing' });
    expect(await authenticator.identify('Basic YTpi')).toMatchObject({ unidentified: 'invalid' });
    expect(await authenticator.identify('Bearer')).toMatchObject({ unidentified: 'invalid' });
  });
});

describe('issuer and audience', () => {
  it('must be those that are configured', async () => {
    const authenticator = await createAuthenticator({
      secret: SECRET,
      issuer: 'https://issuer.example',
      audience: 'rowlock',
    });
    const right = { sub: 'anna', exp: soon, iss: 'https://issuer.example', aud: ['rowlock', 'other'] };
    const of = async (payload: JWTPayload): Promise<unknown> =>
      authenticator.identify(`Bearer ${await signed(payload)}`);
    expect(await of(right)).toMatchObject({ accountId: 'anna' });
    const wrongIssuer = { reason: "The token's iss must be https://issuer.example." };
    expect(await of({ ...right, iss: 'https://other.example' })).toMatchObject(wrongIssuer);
    const wrongAudience = { reason: "The token's aud must contain rowlock." };
    expect(await of({ ...right, aud: 'other' })).toMatchObject(wrongAudience);
    expect(await of({ sub: 'anna', exp: soon })).toMatchObject({ unidentified: 'invalid' });
  });

  it('may be any where the configuration says so', async () => {
    const authenticator = await createAuthenticator({ secret: SECRET, issuer: '*', audience: '*' });
    const token = await signed({ sub: 'anna', exp: soon, iss: 'x', aud: 'y' });
    expect(await authenticator.identify(`Bearer ${token}`)).toMatchObject({ accountId: 'anna' });
  });
});

describe('configured claims', () => {
  it('name the account and the scopes', async () => {
    const authenticator = await createAuthenticator({
      secret: SECRET,
      accountClaim: 'email',
      scopeClaim: 'permissions',
    });
    const claims = {
      sub: '7',
      email: 'anna@x.example',
      exp: soon,
      permissions: ['rowlock:admin'],
      scope: 'b',
    };
    expect(await authenticator.identify(`Bearer ${await signed(claims)}`)).toEqual({
      accountId: 'anna@x.example',
      scopes: new Set(['rowlock:admin']),
    });
    const token = await signed({ sub: '7', exp: soon });
    expect(await authenticator.identify(`Bearer ${token}`)).toMatchObject({
      reason: "The token's claim email is missing or malformed.",
    });
  });
});

describe('a token signed with a key of the set', () => {
  const algorithms = ['RS256', 'ES256', 'EdDSA'] as const;
  const pairs = new Map<string, CryptoKey>();
  const keys: JWK[] = [];
  beforeAll(async () => {
    for (const alg of algorithms) {
      const pair = await generateKeyPair(alg, { extractable: true });
      pairs.set(alg, pair.privateKey);
      keys.push({ ...(await exportJWK(pair.publicKey)), kid: alg, alg });
    }
  });

  const tokenBy = (alg: string): Promise<string> =>
    signed({ sub: 'anna', exp: soon }, pairs.get(alg), alg, { kid: alg });

  it.each(algorithms)('identifies its account: %s', async (alg) => {
    const authenticator = await createAuthenticator({ jwks: JSON.stringify({ keys }), ...ANYONE });
    expect(await authenticator.identify(`Bearer ${await tokenBy(alg)}`)).toMatchObject({ accountId: 'anna' });
  });

  it('is invalid when a public key was used as a secret, or its key is not in the set', async () => {
    const authenticator = await createAuthenticator({ jwks: JSON.stringify({ keys }), ...ANYONE });
    const payload = { sub: 'anna', exp: soon };
    const confused = await signed(payload, bytes(JSON.stringify(keys[0])), 'HS256', { kid: 'RS256' });
    expect(await authenticator.identify(`Bearer ${confused}`)).toMatchObject({
      reason: expect.stringMatching(/alg must be/),
    });
    const other = await generateKeyPair('ES256');
    const stranger = await signed(payload, other.privateKey, 'ES256', { kid: 'unknown' });
    expect(await authenticator.identify(`Bearer ${stranger}`)).toMatchObject({
      reason: expect.stringMatching(/No key/),
    });
    const forged = await signed(payload, other.privateKey, 'ES256', { kid: 'ES256' });
    expect(await authenticator.identify(`Bearer ${forged}`)).toMatchObject({
      reason: expect.stringMatching(/signature is wrong/),
    });
  });
});

describe('a configuration is refused in one line', () => {
  it.each<readonly [string, AuthConfig, RegExp]>([
    ['with neither', {}, /give a secret or a key set/],
    ['with both', { secret: SECRET, jwks: '{"keys":[]}' }, /never both/],
    [
      'with a key set and no issuer',
      { jwks: '{"keys":[]}', audience: 'a' },
      /give the issuer and the audience/,
    ],
    [
      'with a key set and no audience',
      { jwks: '{"keys":[]}', issuer: 'a' },
      /give the issuer and the audience/,
    ],
    ['with a secret of one letter', { secret: 'x'.repeat(36) }, /must be random/],
    ['with a short secret', { secret: 'short' }, /has 5 bytes; it needs at least 32/],
    ['with an empty key set', { jwks: '{"keys":[]}', ...ANYONE }, /it has no key/],
    ['with a key set that is none', { jwks: '{"keys":5}', ...ANYONE }, /cannot be used/],
    ['with a key set that is no JSON', { jwks: '{keys', ...ANYONE }, /cannot be used/],
    [
      'with a missing file',
      { jwks: '/nowhere/jwks.json', ...ANYONE },
      /in \/nowhere\/jwks\.json cannot be used: ENOENT/,
    ],
    [
      'with a URL without TLS',
      { jwks: 'http://issuer.example/jwks.json', ...ANYONE },
      /must be one of https/,
    ],
    ['with an unreadable URL', { jwks: 'https://', ...ANYONE }, /must be one of https/],
    [
      'with a secret in the key set',
      { jwks: '{"keys":[{"kty":"oct","k":"AAAA"}]}', ...ANYONE },
      /public keys only/,
    ],
    [
      'with a broken key',
      { jwks: '{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}', ...ANYONE },
      /cannot be used/,
    ],
  ])('%s', async (_what, config, message) => {
    const error = await createAuthenticator(config).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(AuthConfigInvalid);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
  });
});
