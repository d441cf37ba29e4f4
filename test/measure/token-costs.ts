/**
 * What identifying a sender costs, beside jose's verification through WebCrypto: `npm run token-costs`. It prints the processor
 * time of each new token, of the whole process and of its main thread (Linux only), and of a token's second use.
 */
import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { createAuthenticator } from '../../src/http/edge/tokens/auth.ts';
import { rawToken } from '../support/raw-tokens.ts';

const ROUNDS = 7;
const TOKENS = 4_000;
/** Requests at a time, as a service has them. */
const AT_ONCE = 64;
const SECRET = 'thirty-two bytes of a secret to measure';
const EXPIRES_AT = Math.floor(Date.now() / 1_000) + 3_600;

const ALGORITHMS: readonly (readonly [alg: string, privateKey: KeyObject | string, publicKey?: KeyObject])[] =
  [
    ['HS256', SECRET],
    ['RS256', ...keysOf(generateKeyPairSync('rsa', { modulusLength: 2_048 }))],
    ['ES256', ...keysOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }))],
    ['EdDSA', ...keysOf(generateKeyPairSync('ed25519'))],
  ];

function keysOf(pair: ReturnType<typeof generateKeyPairSync>): [KeyObject, KeyObject] {
  return [pair.privateKey, pair.publicKey];
}

for (const [alg, privateKey, publicKey] of ALGORITHMS) await measure(alg, privateKey, publicKey);

async function measure(alg: string, privateKey: KeyObject | string, publicKey?: KeyObject): Promise<void> {
  const jwks = {
    keys: publicKey === undefined ? [] : [{ ...publicKey.export({ format: 'jwk' }), kid: 'k' }],
  };
  const config =
    publicKey === undefined ? { secret: SECRET } : { jwks: JSON.stringify(jwks), issuer: '*', audience: '*' };
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const secret = await crypto.subtle.importKey('raw', Buffer.from(SECRET), hmac, false, ['verify']);
  const key: JWTVerifyGetKey = publicKey === undefined ? () => secret : createLocalJWKSet(jwks);
  const options = { algorithms: [alg], clockTolerance: 10, requiredClaims: ['exp', 'sub'] };
  const figures = new Map<string, Cost[]>();
  for (let round = -1; round < ROUNDS; round += 1) {
    const tokens = Array.from({ length: TOKENS }, () => {
      const claims = { sub: `buyer-${randomUUID()}`, iss: 'https://issuer.example', iat: EXPIRES_AT - 3_600 };
      return rawToken({ alg, typ: 'JWT', kid: 'k' }, { ...claims, exp: EXPIRES_AT }, privateKey);
    });
    const authenticator = await createAuthenticator(config);
    const identify = async (token: string): Promise<void> => {
      if (!('accountId' in (await authenticator.identify(`Bearer ${token}`))))
        throw new Error('not identified');
    };
    const ways: readonly (readonly [string, (token: string) => Promise<unknown>])[] = [
      ['jose', (token) => jwtVerify(token, key, options)],
      ['service', identify],
      ['service, used again', identify],
    ];
    for (const [name, verify] of ways) {
      const cost = await costOf(tokens, verify);
      if (round >= 0) figures.set(name, [...(figures.get(name) ?? []), cost]);
    }
    authenticator.close();
  }
  for (const [name, costs] of figures) {
    const whole = summaryOf(costs.map(({ wholeUs }) => wholeUs));
    const main = summaryOf(costs.map(({ mainUs }) => mainUs));
    process.stdout.write(`${alg.padEnd(6)} ${name.padEnd(20)} process ${whole}   main thread ${main}\n`);
  }
}

interface Cost {
  readonly wholeUs: number;
  readonly mainUs: number;
}

async function costOf(tokens: readonly string[], verify: (token: string) => Promise<unknown>): Promise<Cost> {
  // As from a socket: a text that nothing has hashed yet.
  const fresh = tokens.map((token) => Buffer.from(token).toString('latin1'));
  const [mainBefore, wholeBefore] = [mainThreadUs(), process.cpuUsage()];
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < fresh.length) {
      next += 1;
      await verify(fresh[next - 1]!);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  const { user, system } = process.cpuUsage(wholeBefore);
  return { wholeUs: (user + system) / TOKENS, mainUs: (mainThreadUs() - mainBefore) / TOKENS };
}

/** Processor time of this thread so far. */
function mainThreadUs(): number {
  const file = `/proc/self/task/${process.pid}/schedstat`;
  return Number(readFileSync(file, 'utf8').split(' ')[0]) / 1_000;
}

/** The median, and the least and the most. */
function summaryOf(us: readonly number[]): string {
  const sorted = us.toSorted((a, b) => a - b);
  const shown = [sorted[us.length >> 1]!, sorted[0]!, sorted.at(-1)!].map((each) => each.toFixed(1));
  return `${shown[0]} µs (${shown[1]}–${shown[2]})`.padEnd(24);
}
