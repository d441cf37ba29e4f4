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

/** What is not ok in a good configuration with these changes. */
async function faultsOf(changes: Partial<CommandOptions<'serve'>>): Promise<readonly string[]> {
  const findings = await configurationFindings({
    ...defaultsOf(COMMAND_OPTIONS.serve),
    databaseUrl: 'postgres://tickets:sFq81xWmz@127.0.0.1/tickets',
    jwtSecret: newSecret(),
    ticketKeys: keys,
    trustedProxies: ['127.0.0.1', '::1'],
    ...changes,
  });
  return findings
    .filter(({ level }) => level !== 'ok')
    .map(({ level, check, message }) => `${level} ${check}: ${message}`);
}

describe('a configuration', () => {
  it('as rowlock init writes it has no fault', async () => {
    expect(await faultsOf({})).toEqual([]);
  });

  it.each([
    [
      { jwtSecret: undefined },
      /^fail keys: ROWLOCK_JWT_SECRET or ROWLOCK_JWKS must be given with DATABASE_URL/,
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

  it('gets one line for ticket keys that everybody can read', async () => {
    chmodSync(keys, 0o644);
    expect(await faultsOf({})).toEqual([
      `warn tickets: every user of this machine can read the keys of tickets: chmod 600 ${keys}`,
    ]);
    chmodSync(keys, 0o600);
  });
});
