import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CryptoKey, JWK } from 'jose';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KeySet } from './key-set.ts';
import { openKeySet } from './key-set.ts';

const QUICK = { fileIntervalMs: 20, urlIntervalMs: 20, pauseMs: 20 };
/** Nothing is read in the background. */
const ON_DEMAND = { fileIntervalMs: 3_600_000, urlIntervalMs: 3_600_000, pauseMs: 50 };

const pairs = new Map<string, CryptoKey>();
const publicKeys = new Map<string, JWK>();
beforeAll(async () => {
  for (const kid of ['old', 'new']) {
    const pair = await generateKeyPair('ES256', { extractable: true });
    pairs.set(kid, pair.privateKey);
    publicKeys.set(kid, { ...(await exportJWK(pair.publicKey)), kid, alg: 'ES256' });
  }
});

function document(...kids: readonly string[]): string {
  return JSON.stringify({ keys: kids.map((kid) => publicKeys.get(kid)) });
}

let set: KeySet | undefined;
afterEach(() => {
  set?.close();
  set = undefined;
});

/** The account of a token that jose verifies with the key that the set finds, or why the set finds none. */
async function verify(kid: string, signedBy = kid): Promise<string> {
  const jwt = new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).setSubject('anna');
  const token = await jwt.sign(pairs.get(signedBy)!);
  const key = await set!.find('ES256', kid);
  return typeof key === 'string' ? key : (await jwtVerify(token, key)).payload.sub!;
}

describe('a key set in a file', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rowlock-jwks-'));
    file = join(folder, 'jwks.json');
    await writeFile(file, document('old'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function replace(text: string): Promise<void> {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  }

  it('is read again while the service runs: a withdrawn key ends', async () => {
    set = await openKeySet(file, () => undefined, QUICK);
    expect([await verify('old'), await verify('new')]).toEqual(['anna', 'none']);
    await replace(document('new'));
    expect(await verify('new')).toBe('anna');
    expect(await verify('old')).toBe('none');
  });

  it('stays in use while the file cannot be used, with one warning', async () => {
    const warnings: string[] = [];
    set = await openKeySet(file, (message) => warnings.push(message), QUICK);
    await replace('{"keys":[');
    await vi.waitFor(() => expect(warnings).toHaveLength(1));
    expect(warnings[0]).toMatch(/cannot be read .*: the last one stays in use/);
    expect(await verify('old')).toBe('anna');
    await replace(document('old', 'new'));
    await vi.waitFor(() => expect(warnings).toHaveLength(2));
    expect(warnings[1]).toMatch(/can be read again/);
  });
});

describe('a key set at a URL', () => {
  let issuer: Server;
  let url: string;
  let answer: string | undefined;
  let readings: number;
  beforeEach(async () => {
    answer = undefined;
    readings = 0;
    issuer = createServer((_request, response) => {
      readings += 1;
      response.writeHead(answer === undefined ? 500 : 200).end(answer);
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/jwks.json`;
  });
  afterEach(async () => {
    issuer.closeAllConnections();
    await new Promise((resolve) => issuer.close(resolve));
  });

  it('blames no token while it cannot be read at first', async () => {
    set = await openKeySet(url, () => undefined, ON_DEMAND);
    expect(await verify('old')).toBe('unavailable');
    answer = document('old');
    await vi.waitFor(async () => expect(await verify('old')).toBe('anna'));
  });

  it('stays in use through an outage of the issuer, however long', async () => {
    answer = document('old');
    const warnings: string[] = [];
    set = await openKeySet(url, (message) => warnings.push(message), QUICK);
    expect(await verify('old')).toBe('anna');
    answer = undefined;
    const before = readings;
    await vi.waitFor(() => expect(readings).toBeGreaterThan(before + 3));
    expect(await verify('old')).toBe('anna');
    expect(await verify('new')).toBe('none');
    expect(warnings).toEqual([expect.stringMatching(/HTTP 500.*the last one stays in use/)]);
  });

  it('finds a new key at once, also among tokens that name keys of nobody', async () => {
    answer = document('old');
    set = await openKeySet(url, () => undefined, ON_DEMAND);
    expect(await verify('old')).toBe('anna');
    const forged = Array.from({ length: 50 }, (_, number) => verify(`nobody-${number}`, 'old'));
    answer = document('old', 'new');
    const honest = await verify('new');
    expect(honest).toBe('anna');
    expect(new Set(await Promise.all(forged))).toEqual(new Set(['none']));
    // The first, the one that the forged tokens begin, and at most one more that waits for it.
    expect(readings).toBeLessThanOrEqual(3);
  });

  it('may hold keys that are of no use here', async () => {
    const others = [
      { kty: 'oct', k: 'AAAA' },
      { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
    ];
    answer = JSON.stringify({ keys: [...others, publicKeys.get('old')] });
    set = await openKeySet(url, () => undefined, ON_DEMAND);
    expect(await verify('old')).toBe('anna');
  });
});
