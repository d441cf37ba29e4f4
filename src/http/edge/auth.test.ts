import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CryptoKey, JWK, JWTPayload } from 'jose';
import { base64url, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuthConfig, Authenticator } from './auth.ts';
import { AuthConfigInvalid, createAuthenticator } from './auth.ts';

const SECRET = 'thirty-two bytes of a secret for tests';
const soon = Math.floor(Date.now() / 1_000) + 600;

async function signed(
  payload: JWTPayload,
  key: Uint8Array | CryptoKey = bytes(SECRET),
  alg = 'HS256',
  kid?: string,
): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg, ...(kid !== undefined && { kid }) }).sign(key);
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

  it('has no scopes without a scope claim, or with one that is no text', async () => {
    expect(await identify(await signed({ sub: 'anna', exp: soon }))).toEqual({
      accountId: 'anna',
      scopes: new Set(),
    });
    const token = await signed({ sub: 'anna', exp: soon, scope: ['rowlock:admin'] });
    expect(await identify(token)).toEqual({ accountId: 'anna', scopes: new Set() });
  });

  it('is expired after its time, also when it was identified before', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const token = await signed({ sub: 'anna', exp: Math.floor(Date.now() / 1_000) + 10 });
    expect(await identify(token)).toMatchObject({ accountId: 'anna' });
    vi.setSystemTime(Date.now() + 10_001);
    expect(await identify(token)).toBe('expired');
  });

  it('is verified again after a minute', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const token = await signed({ sub: 'anna', exp: Math.floor(Date.now() / 1_000) + 600 });
    expect(await identify(token)).toMatchObject({ accountId: 'anna' });
    vi.setSystemTime(Date.now() + 60_001);
    expect(await identify(token)).toMatchObject({ accountId: 'anna' });
  });

  it.each<readonly [string, () => Promise<string> | string]>([
    ['without exp', () => signed({ sub: 'anna' })],
    ['without sub', () => signed({ exp: soon })],
    ['whose sub is no account', () => signed({ sub: "x'; drop table wallet; --", exp: soon })],
    ['whose sub is empty', () => signed({ sub: '', exp: soon })],
    ['whose sub is too long', () => signed({ sub: 'a'.repeat(65), exp: soon })],
    ['whose sub is a number', () => signed({ sub: 5 as never, exp: soon })],
    ['whose exp is a text', () => signed({ sub: 'anna', exp: String(soon) as never })],
    ['that is not valid yet', () => signed({ sub: 'anna', exp: soon, nbf: soon - 100 })],
    [
      'signed with another secret',
      () => signed({ sub: 'anna', exp: soon }, bytes('another secret of thirty-two bytes!!')),
    ],
    ['signed with HS512', () => signed({ sub: 'anna', exp: soon }, bytes(SECRET.repeat(2)), 'HS512')],
    ['with alg none', () => unsigned({ alg: 'none' }, { sub: 'anna', exp: soon })],
    ['with alg nOnE and some signature', () => unsigned({ alg: 'nOnE' }, { sub: 'anna', exp: soon }, 'AAAA')],
    [
      'with a critical extension',
      () => unsigned({ alg: 'HS256', crit: ['x'], x: 1 }, { sub: 'anna', exp: soon }, 'AAAA'),
    ],
    ['whose payload is no JSON', () => `${base64url.encode('{"alg":"HS256"}')}.eHh4.AAAA`],
    ['longer than 4 kB', () => signed({ sub: 'anna', exp: soon, padding: 'x'.repeat(4_096) })],
    ['with five parts', () => 'a.b.c.d.e'],
    ['of nothing', () => ''],
    ['with a line break', () => 'a.b.c\r\nx: y'],
  ])('is invalid %s', async (_what, token) => {
    expect(await identify(await token())).toBe('invalid');
  });

  it('is invalid when its payload was changed', async () => {
    const [header, , signature] = (await signed({ sub: 'anna', exp: soon })).split('.');
    const payload = base64url.encode(JSON.stringify({ sub: 'anna', exp: soon, scope: 'rowlock:admin' }));
    expect(await identify(`${header}.${payload}.${signature}`)).toBe('invalid');
  });

  it('is expired, not invalid, when its signature is right', async () => {
    expect(await identify(await signed({ sub: 'anna', exp: 1 }))).toBe('expired');
    const forged = await signed({ sub: 'anna', exp: 1 }, bytes('another secret of thirty-two bytes!!'));
    expect(await identify(forged)).toBe('invalid');
  });

  it('is missing without a header, and invalid in another scheme', async () => {
    expect(await authenticator.identify(undefined)).toBe('missing');
    expect(await authenticator.identify('Basic YTpi')).toBe('invalid');
    expect(await authenticator.identify('Bearer')).toBe('invalid');
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
    expect(await of({ ...right, iss: 'https://other.example' })).toBe('invalid');
    expect(await of({ ...right, aud: 'other' })).toBe('invalid');
    expect(await of({ sub: 'anna', exp: soon })).toBe('invalid');
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

  it.each(algorithms)('identifies its account: %s', async (alg) => {
    const authenticator = await createAuthenticator({ jwks: JSON.stringify({ keys }) });
    const token = await signed({ sub: 'anna', exp: soon }, pairs.get(alg), alg, alg);
    expect(await authenticator.identify(`Bearer ${token}`)).toMatchObject({ accountId: 'anna' });
  });

  it('is invalid when a public key was used as a secret, or its key is not in the set', async () => {
    const authenticator = await createAuthenticator({ jwks: JSON.stringify({ keys }) });
    const confused = await signed(
      { sub: 'anna', exp: soon },
      bytes(JSON.stringify(keys[0])),
      'HS256',
      'RS256',
    );
    expect(await authenticator.identify(`Bearer ${confused}`)).toBe('invalid');
    const other = await generateKeyPair('ES256');
    const stranger = await signed({ sub: 'anna', exp: soon }, other.privateKey, 'ES256', 'unknown');
    expect(await authenticator.identify(`Bearer ${stranger}`)).toBe('invalid');
    const forged = await signed({ sub: 'anna', exp: soon }, other.privateKey, 'ES256', 'ES256');
    expect(await authenticator.identify(`Bearer ${forged}`)).toBe('invalid');
  });

  it('is read from a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rowlock-jwks-'));
    try {
      await writeFile(join(folder, 'jwks.json'), JSON.stringify({ keys }));
      const authenticator = await createAuthenticator({ jwks: join(folder, 'jwks.json') });
      const token = await signed({ sub: 'anna', exp: soon }, pairs.get('ES256'), 'ES256', 'ES256');
      expect(await authenticator.identify(`Bearer ${token}`)).toMatchObject({ accountId: 'anna' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is fetched from a URL; while that fails nobody is to blame for their token', async () => {
    let answers = false;
    const issuer = createServer((_request, response) => {
      response.writeHead(answers ? 200 : 500).end(JSON.stringify({ keys }));
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    const { port } = issuer.address() as AddressInfo;
    try {
      const authenticator = await createAuthenticator({ jwks: `http://127.0.0.1:${port}/jwks.json` });
      const token = await signed({ sub: 'anna', exp: soon }, pairs.get('EdDSA'), 'EdDSA', 'EdDSA');
      expect(await authenticator.identify(`Bearer ${token}`)).toBe('unavailable');
      answers = true;
      expect(await authenticator.identify(`Bearer ${token}`)).toMatchObject({ accountId: 'anna' });
    } finally {
      issuer.closeAllConnections();
      await new Promise((resolve) => issuer.close(resolve));
    }
    const nobody = await createAuthenticator({ jwks: `http://127.0.0.1:${port}/jwks.json` });
    expect(await nobody.identify(`Bearer ${await signed({ sub: 'anna', exp: soon })}`)).toBe('invalid');
    const token = await signed({ sub: 'anna', exp: soon }, pairs.get('EdDSA'), 'EdDSA', 'EdDSA');
    expect(await nobody.identify(`Bearer ${token}`)).toBe('unavailable');
  });
});

describe('a configuration is refused in one line', () => {
  it.each<readonly [string, AuthConfig, RegExp]>([
    ['with neither', {}, /give a secret or a key set/],
    ['with both', { secret: SECRET, jwks: '{"keys":[]}' }, /never both/],
    ['with a short secret', { secret: 'short' }, /has 5 bytes; it needs at least 32/],
    ['with an empty key set', { jwks: '{"keys":[]}' }, /it has no key/],
    ['with a key set that is none', { jwks: '{"keys":5}' }, /can not be used/],
    ['with a key set that is no JSON', { jwks: '{keys' }, /can not be used/],
    [
      'with a missing file',
      { jwks: '/nowhere/jwks.json' },
      /in \/nowhere\/jwks\.json can not be used: ENOENT/,
    ],
    ['with a URL without TLS', { jwks: 'http://issuer.example/jwks.json' }, /must be one of https/],
    ['with an unreadable URL', { jwks: 'https://' }, /must be one of https/],
    ['with a secret in the key set', { jwks: '{"keys":[{"kty":"oct","k":"AAAA"}]}' }, /public keys only/],
    [
      'with a broken key',
      { jwks: '{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}' },
      /can not be used/,
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
