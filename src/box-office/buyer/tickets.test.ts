import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { JWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { asKeySet, newTicketKey, publicPartOf } from '../../../test/support/ticket-keys.ts';
import { openTicketKeys, TicketKeysInvalid } from './tickets.ts';
import type { TicketFacts, TicketKeys } from './tickets.ts';

const TICKET: TicketFacts = {
  performanceId: 'spring-1',
  reservationId: '6f1c1f0e-6d3a-8c53-9f0e-2d6d8a1b7c44',
  seat: 'A-1-1',
  issuedAt: new Date('2026-05-01T10:00:00.900Z'),
};

/** Reads a ticket as a door does, with nothing but the published keys. */
async function readAtDoor(token: string, published: TicketKeys['published']): Promise<unknown> {
  const { payload } = await jwtVerify(token, createLocalJWKSet(asKeySet(published)), {
    algorithms: ['EdDSA'],
  });
  return payload;
}

let first: JWK;
let second: JWK;

beforeAll(async () => {
  first = await newTicketKey('first');
  second = await newTicketKey('second');
});

describe('a ticket', () => {
  it('is verified with the published keys alone', async () => {
    const { published, sign } = await openTicketKeys({ keys: [first] });
    const token = await sign!(TICKET);
    expect(await readAtDoor(token, published)).toEqual({
      r: TICKET.reservationId,
      p: 'spring-1',
      s: 'A-1-1',
      iat: 1_777_629_600,
    });
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', kid: 'first' });
  });

  // Doors keep verifying earlier tickets: the token of a known key (RFC 8037, appendix A) never changes.
  it('is the same in every version', async () => {
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
    const d = 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A';
    const { sign } = await openTicketKeys({ keys: [{ kty: 'OKP', crv: 'Ed25519', x, d }] });
    const header =
      'eyJhbGciOiJFZERTQSIsImtpZCI6ImtQcktfcW14VldhWVZBOXd3QkY2SXVvM3ZWeno3VHhIQ1R3WEJ5Z3JTNGsifQ';
    const payload =
      'eyJyIjoiNmYxYzFmMGUtNmQzYS04YzUzLTlmMGUtMmQ2ZDhhMWI3YzQ0IiwicCI6InNwcmluZy0xIiwicyI6IkEtMS0xIiwiaWF0IjoxNzc3NjI5NjAwfQ';
    const signature =
      'LQCbagHbUVnz0VUz6iE2w7SU1Q1Ov6PNVuIWRo_EKBUpIq4Ww6F4JAkBUju2tclJ4khp91_X-0N1sU5RcAO1AQ';
    expect(await sign!(TICKET)).toBe(`${header}.${payload}.${signature}`);
  });

  it('is not verified when a part of it is changed', async () => {
    const { published, sign } = await openTicketKeys({ keys: [first] });
    const [header, payload, signature] = (await sign!(TICKET)).split('.') as [string, string, string];
    const facts = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const otherSeat = Buffer.from(JSON.stringify({ ...facts, s: 'A-1-2' })).toString('base64url');
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    const unsigned = Buffer.from('{"alg":"none","kid":"first"}').toString('base64url');
    for (const token of [
      `${header}.${otherSeat}.${signature}`,
      `${header}.${payload}.${flipped}`,
      `${unsigned}.${payload}.`,
    ]) {
      await expect(readAtDoor(token, published), token).rejects.toThrow(/verification failed|not allowed/);
    }
  });

  it('is not verified when another service signed it under the same name', async () => {
    const { published } = await openTicketKeys({ keys: [first] });
    const { sign } = await openTicketKeys({ keys: [await newTicketKey('first')] });
    await expect(readAtDoor(await sign!(TICKET), published)).rejects.toThrow('verification failed');
  });
});

describe('a rotation', () => {
  it('signs with the new key, and earlier tickets stay valid', async () => {
    const before = await openTicketKeys({ keys: [first] });
    const old = await before.sign!(TICKET);
    const after = await openTicketKeys({ keys: [second, first] });
    const fresh = await after.sign!(TICKET);
    expect([decodeProtectedHeader(old).kid, decodeProtectedHeader(fresh).kid]).toEqual(['first', 'second']);
    expect(await readAtDoor(old, after.published)).toEqual(await readAtDoor(fresh, after.published));
    await expect(readAtDoor(fresh, before.published)).rejects.toThrow('no applicable key found');
  });

  it('may keep the retired key without its private part', async () => {
    const old = await (await openTicketKeys({ keys: [first] })).sign!(TICKET);
    const { published } = await openTicketKeys({ keys: [second, publicPartOf(first)] });
    expect(await readAtDoor(old, published)).toMatchObject({ s: 'A-1-1' });
  });
});

describe('the published keys', () => {
  it('have nothing but their public parts', async () => {
    const { published } = await openTicketKeys({
      keys: [{ ...first, key_ops: ['sign'], note: 'mine' } as JWK, publicPartOf(second)],
    });
    expect(published).toEqual([
      { kty: 'OKP', crv: 'Ed25519', x: first.x, kid: 'first', alg: 'EdDSA', use: 'sig' },
      { kty: 'OKP', crv: 'Ed25519', x: second.x, kid: 'second', alg: 'EdDSA', use: 'sig' },
    ]);
    expect(JSON.stringify(published)).not.toContain(first.d);
  });

  it('are named by their thumbprints (RFC 7638) where the set does not name them', async () => {
    // The key and the thumbprint of RFC 8037, appendix A.
    const key = {
      kty: 'OKP',
      crv: 'Ed25519',
      d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    };
    const { published } = await openTicketKeys({ keys: [key] });
    expect(published[0]?.kid).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('are none when no tickets are signed', async () => {
    expect(await openTicketKeys(undefined)).toEqual({ published: [], sign: undefined });
  });
});

describe('an unusable key set', () => {
  const BAD: readonly (readonly [string, () => unknown, string])[] = [
    ['no object', () => 'keys', 'it must be a JSON Web Key Set: {"keys":[…]} with 1 to 20 keys'],
    ['nothing', () => null, 'it must be a JSON Web Key Set'],
    ['one key', () => first, 'it must be a JSON Web Key Set'],
    ['no key', () => ({ keys: [] }), 'with 1 to 20 keys'],
    ['too many keys', () => ({ keys: Array.from({ length: 21 }, () => first) }), 'with 1 to 20 keys'],
    ['a null', () => ({ keys: [null] }), 'key 1 must be an Ed25519 key'],
    ['an X25519 key', () => ({ keys: [{ ...first, crv: 'X25519' }] }), 'key 1 must be an Ed25519 key'],
    ['a secret', () => ({ keys: [first, { kty: 'oct', k: 'c2VjcmV0' }] }), 'key 2 must be an Ed25519 key'],
    ['a public key only', () => ({ keys: [publicPartOf(first), second] }), 'key 1 must be a private key'],
    [
      'parts of two keys',
      () => ({ keys: [{ ...first, x: second.x }] }),
      'key 1 has parts x and d that are not',
    ],
    [
      'half a private part',
      () => ({ keys: [{ ...first, d: first.d?.slice(3) }] }),
      'key 1 has parts x and d',
    ],
    [
      'a private part that is not a string',
      () => ({ keys: [{ ...first, d: 5 }] }),
      'key 1 has parts x and d',
    ],
    ['half a public part', () => ({ keys: [{ ...first, x: 'abc' }] }), 'key 1 has no valid public part x'],
    ['another algorithm', () => ({ keys: [{ ...first, alg: 'ES256' }] }), 'key 1 must have the alg EdDSA'],
    ['keys to encrypt', () => ({ keys: [{ ...first, use: 'enc' }] }), 'key 1 must have the use sig'],
    ['a kid with a space', () => ({ keys: [{ ...first, kid: 'a b' }] }), 'key 1 must have a kid of'],
    ['a kid twice', () => ({ keys: [first, { ...second, kid: 'first' }] }), 'key 2 has the kid of another'],
    ['a key twice', () => ({ keys: [second, second] }), 'key 2 has the kid of another'],
  ];

  it.each(BAD)('is refused: %s', async (_what, set, message) => {
    const opening = openTicketKeys(set() as never);
    await expect(opening).rejects.toThrow(TicketKeysInvalid);
    const error = await opening.catch((thrown: Error) => thrown);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toMatch(/\n/);
    for (const part of [first.d!, second.d!])
      expect((error as Error).message).not.toContain(part.slice(3, 20));
  });
});
