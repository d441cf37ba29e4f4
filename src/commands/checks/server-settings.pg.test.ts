/** Which settings keep a server from what `--durability replicated` asks for, overrides included. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administer } from '../../../test/support/administer.ts';
import { startTemporaryServer } from '../../../test/support/database-server.ts';
import { until } from '../../../test/support/gate.ts';
import { withClient } from '../shared/database-address.ts';
import { readSettings, settingsFindings } from './server-settings.ts';

let server: Awaited<ReturnType<typeof startTemporaryServer>>;
const roles: string[] = [];
beforeAll(async () => {
  server = await startTemporaryServer({ synchronous_commit: 'on' });
  await asAdministrator(`alter system set synchronous_standby_names = 'two'`, 'select pg_reload_conf()');
  await until(async () => (await foundBy()).includes('synchronous_standby_names is two'));
});
afterAll(() => server?.stop());

/** Runs statements whose own commits wait for no standby. */
async function asAdministrator(...statements: readonly string[]): Promise<void> {
  await administer(server.url, 'set synchronous_commit = local', ...statements);
}

/** What a new role finds; `settings` are set for it. */
async function foundBy(...settings: readonly string[]): Promise<string> {
  const role = `buyer_${roles.length}`;
  roles.push(role);
  const set = settings.map((setting) => `alter role ${role} set ${setting}`);
  await asAdministrator(`create role ${role} login password 'x9q2'`, ...set);
  const url = Object.assign(new URL(server.url), { username: role, password: 'x9q2' }).href;
  return withClient(url, async (client) => {
    const findings = settingsFindings(await readSettings(client), { durability: 'replicated' });
    const standby = findings.find(({ check }) => check === 'standby');
    return `${standby?.level}: ${standby?.message}`;
  });
}

describe('durability replicated', () => {
  it('warns that no standby is connected', async () => {
    expect(await foundBy()).toMatch(
      /^warn: no synchronous standby is connected \(synchronous_standby_names is two\)/,
    );
  });

  it.each(['local', 'off', 'remote_write'])(
    'fails when the role overrides synchronous_commit: %s',
    async (level) => {
      expect(await foundBy(`synchronous_commit = ${level}`)).toBe(
        `fail: durability is replicated, but COMMIT waits for no standby: synchronous_commit is ${level} for this role (alter role): set it to on or remote_apply`,
      );
    },
  );

  it('fails when the database overrides synchronous_commit', async () => {
    const name = new URL(server.url).pathname.slice(1);
    await asAdministrator(`alter database ${name} set synchronous_commit = local`);
    expect(await foundBy()).toContain('synchronous_commit is local for this database (alter database)');
    await asAdministrator(`alter database ${name} reset synchronous_commit`);
  });

  it('fails when the address overrides it', async () => {
    const url = new URL(server.url);
    url.searchParams.set('options', '-c synchronous_commit=local');
    const found = await withClient(url.href, async (client) =>
      settingsFindings(await readSettings(client), { durability: 'replicated' }),
    );
    expect(found.map(({ message }) => message).join()).toContain(
      'synchronous_commit is local by DATABASE_URL',
    );
  });

  it('fails when no standby is named, as by Patroni without synchronous_mode', async () => {
    await asAdministrator(`alter system set synchronous_standby_names = ''`, 'select pg_reload_conf()');
    await expect.poll(() => foundBy()).toMatch(/synchronous_standby_names is empty: set it, or with Patroni/);
  });
});
