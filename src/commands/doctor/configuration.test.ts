import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultsOf } from '../options/option.ts';
import { COMMAND_OPTIONS } from '../options/table.ts';
import type { CommandOptions } from '../options/table.ts';
import { newSecret, newTicketKeys } from '../serve/keys.ts';
import { configurationFindings } from './configuration.ts';

let folder = '';
let keys = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rowlock-doctor-'));
  keys = join(folder, 'ticket-keys.json');
  writeFileSync(keys, await newTicketKeys(), { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An issuer whose endpoints need not be asked for. */
const ISSUER = {
  oidcIssuer: 'https://id.example',
  oidcClientId: 'tickets',
  oidcAuthorizationEndpoint: 'https://id.example/authorize',
  oidcTokenEndpoint: 'https://id.example/token',
};
const NO_ENDPOINTS = { oidcAuthorizationEndpoint: undefined, oidcTokenEndpoint: undefined };

/** What is found in a good configuration with these changes. */
function findingsWith(changes: Partial<CommandOptions<'serve'>>): ReturnType<typeof configurationFindings> {
  return configurationFindings({
    ...defaultsOf(COMMAND_OPTIONS.serve),
    databaseUrl: 'postgres://tickets:sFq81xWmz@127.0.0.1/tickets',
    jwtSecret: newSecret(),
    ticketKeys: keys,
    trustedProxies: ['127.0.0.1', '::1'],
    ...ISSUER,
    publicUrl: 'https://tickets.example.com',
    ...changes,
  });
}

/** What of it is not ok. */
async function faultsOf(changes: Partial<CommandOptions<'serve'>>): Promise<readonly string[]> {
  return (await findingsWith(changes))
    .filter(({ level }) => level !== 'ok')
    .map(({ level, check, message }) => `${level} ${check}: ${message}`);
}

describe('a configuration', () => {
  it('as rowlock init writes it has no fault', async () => {
    expect(await faultsOf({})).toEqual([]);
  });

  it.each([
    [[], 'people sign in at https://id.example, as buyers alone: ROWLOCK_OIDC_ROLES makes operators'],
    [[{ claim: 'groups', value: 'bosses', scope: 'rowlock:admin' }], 'people sign in at https://id.example'],
  ])('says whether a claim makes operators: %j', async (oidcRoles, message) => {
    const finding = (await findingsWith({ oidcRoles })).find(({ check }) => check === 'sign-in');
    expect(finding).toEqual({ check: 'sign-in', level: 'ok', message });
  });

  it.each([
    [
      { oidcIssuer: undefined, oidcClientId: undefined, ...NO_ENDPOINTS },
      /^warn sign-in: nobody can sign in on the pages/,
    ],
    [{ oidcClientId: undefined }, /^fail .*ROWLOCK_OIDC_CLIENT_ID go together/],
    [{ publicUrl: undefined }, /^warn sign-in: https:\/\/id\.example answers; set ROWLOCK_PUBLIC_URL/],
    [
      { oidcIssuer: 'http://127.0.0.1:1', ...NO_ENDPOINTS },
      /^fail sign-in: the issuer http:\/\/127\.0\.0\.1:1 does not answer as one/,
    ],
    [
      { jwtSecret: 'a'.repeat(40) },
      /^fail keys: ROWLOCK_JWT_SECRET: the token secret repeats few characters/,
    ],
    [
      { jwtSecret: 'change-me-change-me-change-me-please' },
      /^fail secrets: ROWLOCK_JWT_SECRET looks like a sample/,
    ],
    [
      { databaseUrl: 'postgres://tickets:password@127.0.0.1/tickets' },
      /^warn secrets: the database's password can be guessed/,
    ],
    [{ ticketKeys: undefined }, /^warn tickets: tickets are not signed: set ROWLOCK_TICKET_KEYS/],
    [
      { processes: 8, poolSize: 4 },
      /^fail processes: ROWLOCK_POOL_SIZE \(4\) must be at least ROWLOCK_PROCESSES \(8\)/,
    ],
    [{ hold: 'redis-lock+pessimistic' }, /^fail processes: .*Redis/i],
    [{ trustedProxies: [] }, /^warn address: no proxy is trusted: behind one, all clients share its address/],
    [
      { trustedProxies: [], host: '0.0.0.0' },
      /^warn address: HOST is 0\.0\.0\.0 and no proxy is trusted: tokens travel unencrypted/,
    ],
    [
      { trustedProxies: ['128.0.0.0/1'] },
      /^fail address: ROWLOCK_TRUSTED_PROXIES trusts a part of the internet/,
    ],
    [
      { trustedProxies: ['10.0.0.0/8', '::/0'] },
      /^fail address: ROWLOCK_TRUSTED_PROXIES trusts a part of the internet/,
    ],
    [{ development: true }, /^fail address: --development gives everybody/],
  ])('gets one line for the fault %j', async (changes, line) => {
    expect(await faultsOf(changes)).toEqual([expect.stringMatching(line)]);
  });

  it('may trust a wide network that is not everybody', async () => {
    expect(await faultsOf({ trustedProxies: ['10.0.0.0/8', 'fd00::/8'] })).toEqual([]);
  });

  it('without tokens and sign-in is refused for that, and says what is missing on the pages', async () => {
    const nothing = { jwtSecret: undefined, oidcIssuer: undefined, oidcClientId: undefined, ...NO_ENDPOINTS };
    expect(await faultsOf(nothing)).toEqual([
      expect.stringMatching(
        /^fail keys: ROWLOCK_OIDC_ISSUER, ROWLOCK_JWT_SECRET or ROWLOCK_JWKS must be given/,
      ),
      expect.stringMatching(/^warn sign-in: /),
    ]);
  });

  it('gets one line for ticket keys that everybody can read', async () => {
    chmodSync(keys, 0o644);
    expect(await faultsOf({})).toEqual([
      `warn tickets: every user of this machine can read the keys of tickets: chmod 600 ${keys}`,
    ]);
    chmodSync(keys, 0o600);
  });
});
