/** A box office opens only servers that are what their names say. */
import { describe, expect, it } from 'vitest';
import { createBoxOffice, ServersRefused } from '../../src/box-office/box-office.ts';
import { addServer } from '../../src/box-office/servers/add-server.ts';
import { useDatabase } from '../support/database.ts';
import { useServers } from '../support/servers.ts';

const several = useServers();
const empty = useDatabase();
const foreign = useDatabase();

/** Another address of the same database. */
function alias(url: string): string {
  const address = new URL(url);
  address.searchParams.set('application_name', 'other');
  return address.href;
}

/** Why a box office with these servers does not open. */
async function refusalOf(
  servers: Readonly<Record<string, string>>,
  databaseUrl = several.home.url,
): Promise<string> {
  const opening = createBoxOffice({ databaseUrl, servers, sweepIntervalMs: 0 });
  const error: unknown = await opening.then(
    (opened) => opened.close(),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ServersRefused);
  return (error as Error).message;
}

describe('a home with two servers', () => {
  it('is not opened without them, or with one too few or too many', async () => {
    const { servers } = several;
    const all = 'give all of them with --servers FILE';
    expect(await refusalOf({})).toBe(`this home has the server "seoul-1", too: ${all}`);
    expect(await refusalOf({ 'seoul-1': servers['seoul-1']! })).toContain('"seoul-2", too');
    expect(await refusalOf({ ...servers, busan: empty.url })).toContain('does not know the server "busan"');
  });

  it('is not opened with two addresses swapped, its own, or one of another program’s database', async () => {
    const { servers, home } = several;
    const swapped = { 'seoul-1': servers['seoul-2']!, 'seoul-2': servers['seoul-1']! };
    expect(await refusalOf(swapped)).toContain('are two addresses swapped?');
    const homeAgain = alias(home.url);
    expect(await refusalOf({ ...servers, 'seoul-2': homeAgain })).toContain('leads to the home itself');
    expect(await refusalOf({ ...servers, 'seoul-2': empty.url })).toContain('"seoul-2" leads to');
    await foreign.sql(`drop table this_server`);
    const before = await foreign.sql(`select count(*) from schema_migration`);
    expect(await refusalOf({ ...servers, 'seoul-2': foreign.url })).toContain('a database that is no server');
    expect(await foreign.sql(`select count(*) from schema_migration`)).toEqual(before);
  });

  it('is not opened at the address of one of them', async () => {
    expect(await refusalOf({}, several.servers['seoul-1'])).toContain('give the address of its home');
  });
});

describe('adding a server', () => {
  const refused = async (name: string, url: string): Promise<unknown> =>
    addServer(several.home.url, { name, url }).catch((error: unknown) =>
      error instanceof ServersRefused ? error.message : error,
    );

  it('again is the same', async () => {
    expect(await addServer(several.home.url, { name: 'seoul-1', url: several.servers['seoul-1']! })).toBe(
      'known',
    );
  });

  it('is completed after its database was made one, and the home not told', async () => {
    await several.home.sql(`delete from server where name = 'seoul-2'`);
    expect(await addServer(several.home.url, { name: 'seoul-2', url: several.servers['seoul-2']! })).toBe(
      'added',
    );
  });

  it('is refused for a database that is not empty, another server, or the home itself', async () => {
    expect(await refused('busan', several.servers['seoul-1']!)).toContain('is the server "seoul-1" already');
    expect(await refused('busan', alias(several.home.url))).toContain('is the home itself');
    await empty.sql(`insert into wallet (account_id) values ('anna')`);
    expect(await refused('busan', empty.url)).toContain('not empty: it has a wallet');
    await empty.sql(`drop schema public cascade; create schema public; create table other (id int)`);
    expect(await refused('busan', empty.url)).toContain('tables of another program');
    expect(await empty.sql(`select to_regclass('performance') as found`)).toEqual([{ found: null }]);
  });
});
