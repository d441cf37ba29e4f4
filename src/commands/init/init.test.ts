import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfigFile } from '../options/config-file.ts';
import { ConfigError, defaultsOf } from '../options/option.ts';
import { COMMAND_OPTIONS, VARIABLES } from '../options/table.ts';
import type { CommandOptions } from '../options/table.ts';
import { givenTicketKeys } from '../serve/keys.ts';
import { runInit } from './init.ts';

const URL_OF_DATABASE = 'postgres://rowlock:secret@127.0.0.1/rowlock';

let folder = '';
let printed = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rowlock-init-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function init(given: Partial<CommandOptions<'init'>> = {}): Promise<ReadonlyMap<string, string>> {
  await runInit({
    ...defaultsOf(COMMAND_OPTIONS.init),
    databaseUrl: URL_OF_DATABASE,
    directory: folder,
    ...given,
  });
  const written = readConfigFile(join(folder, 'rowlock.env'), VARIABLES);
  return new Map([...written].map(([name, { value }]) => [name, value]));
}

describe('rowlock init', () => {
  it('writes a configuration that can be read back, with fresh secrets', async () => {
    const values = await init({ publicUrl: 'https://tickets.example.com/hall' });
    const secret = values.get('ROWLOCK_JWT_SECRET')!;
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(Object.fromEntries(values)).toEqual({
      DATABASE_URL: URL_OF_DATABASE,
      ROWLOCK_JWT_SECRET: secret,
      ROWLOCK_PUBLIC_URL: 'https://tickets.example.com',
      ROWLOCK_TICKET_KEYS: join(folder, 'ticket-keys.json'),
      HOST: '127.0.0.1',
      PORT: '3000',
      ROWLOCK_BASE_PATH: '/hall',
      ROWLOCK_TRUSTED_PROXIES: '127.0.0.1,::1',
    });
    const keys = await givenTicketKeys(values.get('ROWLOCK_TICKET_KEYS'));
    expect(keys?.keys).toHaveLength(1);
    rmSync(join(folder, 'rowlock.env'));
    rmSync(join(folder, 'ticket-keys.json'));
    expect((await init()).get('ROWLOCK_JWT_SECRET')).not.toBe(secret);
  });

  it('names every variable of the service, with its help', async () => {
    await init();
    const text = readFileSync(join(folder, 'rowlock.env'), 'utf8');
    const names = [...text.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
    const served = Object.values(COMMAND_OPTIONS.serve).flatMap(({ env }) => env ?? []);
    expect(names).toHaveLength(served.length - 1);
    expect(new Set([...names, 'ROWLOCK_CONFIG'])).toEqual(new Set(served));
    expect(text).toContain('\n# the port to listen on; 0 takes a free one\nPORT=3000\n');
    expect(text).toContain('\n#ROWLOCK_POOL_SIZE=20\n');
  });

  it('names what the operator has to add where people sign in, in one section', async () => {
    const publicUrl = 'https://tickets.example.com';
    await init({ publicUrl, oidcIssuer: 'https://id.example', oidcClientId: 'hall' });
    const config = join(folder, 'rowlock.env');
    expect(printed).toContain(
      `next: set ROWLOCK_OIDC_CLIENT_SECRET, ROWLOCK_OIDC_ROLES in ${config}, then\n  rowlock doctor --config ${config}\n`,
    );
    const section = readFileSync(config, 'utf8')
      .split('# --- ')
      .find((each) => each.startsWith('Where people sign in ---'));
    expect(section!.match(/^#?ROWLOCK_OIDC_\w+=.*$/gm)).toEqual([
      'ROWLOCK_OIDC_ISSUER=https://id.example',
      'ROWLOCK_OIDC_CLIENT_ID=hall',
      '#ROWLOCK_OIDC_CLIENT_SECRET=',
      '#ROWLOCK_OIDC_ROLES=',
      '#ROWLOCK_OIDC_CLIENT_AUTH=basic',
      '#ROWLOCK_OIDC_SCOPES=',
    ]);
  });

  it('lets nobody else read what it writes', async () => {
    await init();
    for (const file of ['rowlock.env', 'ticket-keys.json']) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    }
  });

  it('leaves the database open where none is given, which every command refuses', async () => {
    await expect(init({ databaseUrl: undefined })).rejects.toThrow(
      /rowlock\.env line \d+: DATABASE_URL is empty: give it a value, or remove the line$/,
    );
    expect(printed).toContain(`next: set DATABASE_URL in ${folder}/rowlock.env, then\n`);
  });

  it('writes a key set instead of a secret', async () => {
    const values = await init({
      jwks: 'https://id.example/jwks',
      jwtIssuer: 'https://id.example',
      jwtAudience: 'hall',
    });
    expect(values.has('ROWLOCK_JWT_SECRET')).toBe(false);
    expect(values.get('ROWLOCK_JWKS')).toBe('https://id.example/jwks');
    await expect(init({ directory: join(folder, 'other'), jwks: 'keys.json' })).rejects.toThrow(ConfigError);
  });

  it.each(['rowlock.env', 'ticket-keys.json'])('overwrites nothing: %s', async (name) => {
    const file = join(folder, name);
    writeFileSync(file, 'mine');
    await expect(init()).rejects.toThrow(
      `${file} is there already, and nothing is overwritten: move it away`,
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('refuses what could not be read back, and writes nothing', async () => {
    await expect(init({ databaseUrl: 'postgres://u:a$b@127.0.0.1/x' })).rejects.toThrow(
      'DATABASE_URL must have no backslash, no $ and no comment in its value',
    );
    expect(() => statSync(join(folder, 'ticket-keys.json'))).toThrow('ENOENT');
  });

  it.each([
    'http://tickets.example.com',
    'https://a b',
    'https://x.example/?a=1',
    'https://u:p@x.example',
    'tickets',
  ])('refuses %j as the public address', (given) => {
    expect(COMMAND_OPTIONS.init.publicUrl.parse(given)).toBeUndefined();
  });
});
