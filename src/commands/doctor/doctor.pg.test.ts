/** The doctor finds what is wrong with a database, names what to change, and changes nothing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { administer, databaseUrlOf } from '../../../test/support/administer.ts';
import { startTemporaryServer } from '../../../test/support/database-server.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { describeWithPooler, usePooler } from '../../../test/support/pooler.ts';
import { migrate } from '../../db/migrate.ts';
import type { Finding } from '../checks/finding.ts';
import { defaultsOf } from '../options/option.ts';
import { COMMAND_OPTIONS } from '../options/table.ts';
import type { CommandOptions } from '../options/table.ts';
import { newSecret } from '../serve/keys.ts';
import { runDoctor } from './doctor.ts';

let printed = '';
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => void vi.restoreAllMocks());

interface Report {
  readonly code: number;
  /** By what was checked: `fail: its message`. */
  readonly found: Readonly<Record<string, string>>;
}

async function examine(databaseUrl: string, given: Partial<CommandOptions<'doctor'>> = {}): Promise<Report> {
  printed = '';
  const options = { ...defaultsOf(COMMAND_OPTIONS.doctor), jwtSecret: newSecret(), ...given };
  const code = await runDoctor({ ...options, databaseUrl, json: true });
  const { ok, findings } = JSON.parse(printed) as { ok: boolean; findings: readonly Finding[] };
  expect(ok).toBe(code === 0);
  return {
    code,
    found: Object.fromEntries(findings.map(({ check, level, message }) => [check, `${level}: ${message}`])),
  };
}

describe('on a server as it should be', () => {
  let server = { url: '', stop: async (): Promise<void> => undefined };
  beforeAll(async () => {
    server = await startTemporaryServer({ fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' });
    await migrate(server.url);
  });
  afterAll(() => server.stop());

  it('everything is ok', async () => {
    const { code, found } = await examine(server.url);
    expect(code).toBe(0);
    expect(found).toMatchObject({
      version: expect.stringMatching(/^ok: PostgreSQL 1\d/),
      connections: 'ok: 22 at most, of 300 that the database accepts',
      durability: 'ok: fsync and full_page_writes are on, synchronous_commit is on',
      pooler: 'ok: each connection has a session of its own',
      role: 'ok: "rowlock" may read and write',
      encoding: 'ok: UTF8',
      migrations: 'ok: none is pending',
      schema: 'ok: as the migrations make it',
      statistics: 'ok: metrics see the transactions of every role',
      clock: expect.stringMatching(/^ok: /),
      disk: expect.stringMatching(/^(ok|warn|fail): .*GiB are free for .*pgdata/),
      encryption: 'ok: the database is on this machine',
    });
  });

  it('prints a line for each check', async () => {
    const code = await runDoctor({
      ...defaultsOf(COMMAND_OPTIONS.doctor),
      jwtSecret: newSecret(),
      databaseUrl: server.url,
    });
    expect(code).toBe(0);
    expect(printed).toMatch(/^ok {4}keys {9}a secret verifies tokens\n/);
    expect(printed).toContain('\nwarn  tickets      tickets are not signed');
    expect(printed).toContain('\nok    migrations   none is pending\n');
  });

  it('counts the connections of all services', async () => {
    const { code, found } = await examine(server.url, { services: 20, processes: 2 });
    expect(code).toBe(1);
    expect(found['connections']).toMatch(
      /^fail: the service may open \d+ connections, but the database accepts 300: lower ROWLOCK_POOL_SIZE/,
    );
  });

  it('each server of the file is checked, too, and named', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rowlock-doctor-'));
    const servers = join(directory, 'servers.json');
    const away = 'postgres://rowlock:secret@127.0.0.1:1/rowlock';
    await writeFile(servers, JSON.stringify({ servers: { 'seoul-1': server.url, 'seoul-2': away } }));
    const { code, found } = await examine(server.url, { servers });
    await rm(directory, { recursive: true });
    expect(code).toBe(1);
    expect(found['database']).toBe(
      'fail: server "seoul-2": no database answers at 127.0.0.1:1: connection refused',
    );
    expect(found['encoding']).toBe('ok: server "seoul-1": UTF8');
  });

  it('asks for a standby where durability is replicated', async () => {
    const { found } = await examine(server.url, { durability: 'replicated' });
    expect(found['standby']).toMatch(/^fail: durability is replicated, but COMMIT waits for no standby/);
  });
});

describe('on a database', () => {
  const database = useDatabase();
  const role = `doctor_${process.pid}`;
  let asRole = '';
  beforeAll(async () => {
    await administer(database.url, `create role ${role} login password 'sFq81xWmz' connection limit 10`);
    asRole = Object.assign(new URL(database.url), { username: role, password: 'sFq81xWmz' }).href;
  });
  afterAll(() => administer(database.url, `drop owned by ${role}`, `drop role ${role}`));

  it.skipIf(process.env['DATABASE_URL'] !== undefined)('with durability off each setting fails', async () => {
    const { code, found } = await examine(database.url);
    expect(code).toBe(1);
    expect(found['durability']).toMatch(/^fail: full_page_writes is off/);
  });

  it('a role without rights learns what to grant', async () => {
    const { code, found } = await examine(asRole);
    expect(code).toBe(1);
    expect(found['role']).toMatch(
      /^fail: the role "doctor_\d+" may not read and write \w+, \w+, \w+: grant select, insert, update, delete on all tables in schema public to it$/,
    );
  });

  it('a role that may work but not migrate is fine until a migration is pending', async () => {
    await administer(
      database.url,
      `grant select, insert, update, delete on all tables in schema public to ${role}`,
    );
    const { found } = await examine(asRole);
    expect(found).toMatchObject({
      role: `ok: "${role}" may read and write`,
      migrations: `ok: none is pending; another role than "${role}" must run the next`,
      connections: expect.stringMatching(
        /^fail: the service may open 22 connections, but the database accepts 10: /,
      ),
      disk: 'skip: the role may not know the data directory: grant pg_monitor to it, or watch the disk yourself',
      statistics: `warn: metrics do not see transactions of other roles, so that no alert tells of a row that one of them locks: grant pg_monitor to "${role}"`,
    });
    await administer(database.url, `grant pg_monitor to ${role}`);
    expect((await examine(asRole)).found).toMatchObject({
      statistics: expect.stringMatching(/^ok: /),
      disk: expect.stringMatching(/GiB are free for /),
    });
    await database.sql(`delete from schema_migration where name like '0014%'`);
    const before = await examine(asRole);
    expect(before.found['migrations']).toMatch(
      /^fail: 1 migration pending, from 0014_\w+, and the role "doctor_\d+" may not migrate: grant create on schema public to it$/,
    );
    expect((await examine(database.url)).found['migrations']).toMatch(
      /^warn: 1 migration pending, from 0014_\w+: run "rowlock migrate", or let "rowlock serve" do it at its start$/,
    );
    await database.sql(
      `insert into schema_migration (name, run_on) values ('0014_currency_and_time_zones', now())`,
    );
  });

  it('a role that only reads learns so', async () => {
    await administer(database.url, `alter role ${role} set default_transaction_read_only = on`);
    expect((await examine(asRole)).found['role']).toBe(
      `fail: default_transaction_read_only is on: alter role "${role}" reset default_transaction_read_only`,
    );
    await administer(database.url, `alter role ${role} reset default_transaction_read_only`);
  });

  it('a change of the schema is named', async () => {
    await database.sql('alter table wallet add column note text');
    expect((await examine(database.url)).found['schema']).toMatch(
      /^fail: column wallet\.note is not of the migrations: "rowlock audit" lists all/,
    );
    await database.sql('alter table wallet drop column note');
    expect((await examine(database.url)).found['schema']).toMatch(/^ok: /);
  });

  it('a database of a newer version is named', async () => {
    await database.sql(`insert into schema_migration (name, run_on) values ('9999_of_tomorrow', now())`);
    expect((await examine(database.url)).found['migrations']).toBe(
      'warn: a newer Rowlock has migrated the database (9999_of_tomorrow): run that version',
    );
    await database.sql(`delete from schema_migration where name = '9999_of_tomorrow'`);
  });

  it('an empty one lacks every migration, and another encoding than UTF-8 fails', async () => {
    const name = `${role}_ascii`;
    const admin = databaseUrlOf(database.url, 'postgres');
    await administer(admin, `create database ${name} encoding 'SQL_ASCII' locale 'C' template template0`);
    expect((await examine(databaseUrlOf(database.url, name))).found['encoding']).toMatch(
      /^fail: the database's encoding is SQL_ASCII/,
    );
    await administer(admin, `drop database ${name}`, `create database ${name}`);
    const { found } = await examine(databaseUrlOf(database.url, name));
    expect(found['migrations']).toMatch(/^warn: \d+ migrations pending, from 0001_tables/);
    expect(found).not.toHaveProperty('schema');
    await administer(admin, `drop database ${name}`);
  });
});

describe('without a database', () => {
  it.each([
    ['postgres://u:sFq81@127.0.0.1:1/x', 'fail: no database answers at 127.0.0.1:1: connection refused'],
    ['mysql://x', 'fail: DATABASE_URL must look like postgres://user:password@host:port/database'],
  ])('says so in one line: %s', async (url, line) => {
    const { code, found } = await examine(url);
    expect(code).toBe(1);
    expect(found['database']).toBe(line);
    expect(found['keys']).toMatch(/^ok/);
  });

  it('names the database that is missing', async () => {
    const { found } = await examine(databaseUrlOf(inject('templateUrl'), 'nothing'));
    expect(found['database']).toMatch(/^fail: the database at \S+ has no database "nothing"$/);
  });
});

describeWithPooler('behind PgBouncer', () => {
  const database = useDatabase();
  const sessions = usePooler(database, 'session');
  const transactions = usePooler(database, 'transaction');

  it('in session mode the pooler is fine', async () => {
    expect((await examine(sessions.url)).found['pooler']).toMatch(/^ok/);
  });

  it('in transaction mode it fails', async () => {
    expect((await examine(transactions.url)).found['pooler']).toBe(
      'fail: the database is behind a pooler in transaction or statement mode; connect directly, or set pool_mode = session',
    );
  });
});
