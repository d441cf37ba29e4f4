/** Makes a database one of a home's servers. Done again after it was interrupted, it completes what is missing. */
import { readCurrency } from '../../catalogue/currency.ts';
import { whatHasMoney, writeCurrency } from '../../catalogue/import/set-currency.ts';
import { commit } from '../../db/database.ts';
import type { Database, Reader, Transaction } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { refuseTransactionPooling } from '../../db/pooler.ts';
import { statement } from '../../db/statement.ts';
import { HOME_SERVER } from '../../domain/ids.ts';
import { readHome } from './prepare.ts';
import { readThisServer, ServersRefused, withOneConnection } from './this-server.ts';
import type { ServerAddress, ThisServer } from './this-server.ts';

const noteServer = statement({
  name: 'server_add',
  group: 'home',
  writes: true,
  params: ['text'],
  columns: {},
  text: `insert into server (name, added_at) values ($1, clock_timestamp()) on conflict (name) do nothing`,
});

const becomeServer = statement({
  name: 'this_server_become',
  group: 'any',
  writes: true,
  params: ['text', 'uuid'],
  columns: {},
  text: `update this_server as t set name = $1, home_id = $2`,
});

const forgetMap = statement({
  name: 'server_forget_map',
  group: 'home',
  writes: true,
  params: [],
  columns: {},
  text: `with places as (delete from performance_server) delete from server`,
});

const countForeign = statement({
  name: 'server_foreign_tables',
  group: 'any',
  params: [],
  columns: { tables: 'bigint', known: 'boolean' },
  text: `
    select
      count(*) as tables,
      to_regclass('schema_migration') is not null as known
    from pg_class as c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')`,
});

const hasCatalogue = statement({
  name: 'server_has_catalogue',
  group: 'catalogue',
  params: [],
  columns: { found: 'boolean' },
  text: `select exists (select from venue) or exists (select from concert) as found`,
});

const countServers = statement({
  name: 'server_count',
  group: 'home',
  params: [],
  columns: { servers: 'bigint' },
  text: `select count(*) as servers from server`,
});

const lockOne = statement({
  name: 'server_lock_one',
  group: 'any',
  params: ['bigint'],
  columns: { locked: 'boolean' },
  text: `select pg_try_advisory_xact_lock($1) as locked`,
});

/**
 * Adds a server, whose database must be empty or this server already. Throws `ServersRefused`, `TransactionPooling`, and what
 * the databases throw.
 */
export async function addServer(homeUrl: string, server: ServerAddress): Promise<'added' | 'known'> {
  await migrate(homeUrl);
  await refuseTransactionPooling(server.url);
  return withOneConnection(homeUrl, async (home) => {
    const self = await readHome(home);
    if (self === undefined) throw new ServersRefused('DATABASE_URL leads to a database that is no home');
    const isKnown = self.others.includes(server.name);
    const currency = await home.connect(async (connection) => (await readCurrency(connection)).currency);
    await withOneConnection(server.url, async (database) => {
      await refuseSameDatabase(home, database, server);
      const found = await database.connect(readThisServer);
      if (found === undefined) await database.connect((reader) => refuseForeignTables(reader, server));
      const refusal = faultIn(server, found, self.id);
      if (refusal !== undefined) throw new ServersRefused(refusal);
      await migrate(server.url);
      if (found?.name === server.name) return;
      await become(database, server, self.id, currency);
    });
    await home.connect((connection) => connection.autocommit(noteServer, [server.name]));
    return isKnown ? 'known' : 'added';
  });
}

function faultIn({ name }: ServerAddress, found: ThisServer | undefined, homeId: string): string | undefined {
  if (found === undefined || found.name === HOME_SERVER) return undefined;
  if (found.homeId !== homeId) return `the database for "${name}" is a server of another home`;
  return found.name === name ? undefined : `the database for "${name}" is the server "${found.name}" already`;
}

/** Two addresses may lead to one database, whatever they look like. */
function refuseSameDatabase(home: Database, other: Database, { name }: ServerAddress): Promise<void> {
  const key = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
  return home.connect((connection) =>
    connection.transaction({}, async (tx) => {
      await tx.run(lockOne, [key]);
      const isFree = await other.connect((there) =>
        there.transaction({}, async (theirs) =>
          commit((await theirs.run(lockOne, [key]))[0]?.locked === true),
        ),
      );
      if (!isFree) throw new ServersRefused(`the database for "${name}" is the home itself`);
      return commit(undefined);
    }),
  );
}

async function refuseForeignTables(reader: Reader, { name }: ServerAddress): Promise<void> {
  const [found] = await reader.read(countForeign, []);
  if (found === undefined || found.tables === 0 || found.known) return;
  throw new ServersRefused(
    `the database for "${name}" has tables of another program: give it one of its own`,
  );
}

function become(
  database: Database,
  { name }: ServerAddress,
  homeId: string,
  currency: string,
): Promise<void> {
  return database.connect((connection) =>
    connection.transaction({}, async (tx) => {
      const what = await contentOf(tx);
      if (what !== undefined)
        throw new ServersRefused(`the database for "${name}" is not empty: it has ${what}`);
      await tx.run(becomeServer, [name, homeId]);
      await tx.run(forgetMap, []);
      await tx.run(writeCurrency, [currency]);
      return commit(undefined);
    }),
  );
}

async function contentOf(tx: Transaction): Promise<string | undefined> {
  const [catalogue] = await tx.read(hasCatalogue, []);
  if (catalogue?.found === true) return 'a catalogue';
  const [counted] = await tx.read(countServers, []);
  if ((counted?.servers ?? 0) > 1) return 'servers of its own';
  return whatHasMoney(tx);
}
