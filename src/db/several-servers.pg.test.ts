/** An address with two servers, of which one takes writes: who connects where, and what becomes of it when they change. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { administer } from '../../test/support/administer.ts';
import { startTemporaryServer } from '../../test/support/database-server.ts';
import type { FaultyProxy } from '../../test/support/faulty-proxy.ts';
import { startFaultyProxy } from '../../test/support/faulty-proxy.ts';
import { until } from '../../test/support/gate.ts';
import { inspectDatabase } from '../commands/shared/database-address.ts';
import { addressOfOne } from '../lib/pg-client.ts';
import { NoWritableServer } from '../lib/servers/search.ts';
import type { Database } from './database.ts';
import { ConnectionUnavailable, commit, databaseOptions, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { refuseTransactionPooling } from './pooler.ts';
import { refusalOf } from './refusal.ts';
import { statement } from './statement.ts';

const insertRow = statement({
  name: 'test_insert_row',
  group: 'any',
  writes: true,
  params: [],
  columns: {},
  text: 'insert into written default values',
});

const PASSWORD = 'the-same-on-both';

interface TestServer {
  readonly url: string;
  readonly proxy: FaultyProxy;
  readonly stop: () => Promise<void>;
}

async function startServer(): Promise<TestServer> {
  const { url, stop } = await startTemporaryServer();
  const { username } = new URL(url);
  await administer(
    url,
    `alter role ${username} password '${PASSWORD}'`,
    'create table written (at timestamptz default now())',
  );
  const own = Object.assign(new URL(url), { password: PASSWORD }).href;
  return { url: own, proxy: await startFaultyProxy(own), stop };
}

/** Lets a server take writes, or refuse them as a demoted one does that still answers. */
async function letWrite(url: string, takesWrites: boolean): Promise<void> {
  await administer(
    url,
    'set default_transaction_read_only = off',
    `alter system set default_transaction_read_only = ${takesWrites ? 'off' : 'on'}`,
    'select pg_reload_conf()',
  );
}

let one: TestServer;
let two: TestServer;
/** Names both, the first one first. */
let address = '';
beforeAll(async () => {
  [one, two] = await Promise.all([startServer(), startServer()]);
  const { host } = new URL(two.proxy.url);
  const { username, pathname, host: first } = new URL(one.proxy.url);
  address = `postgres://${username}:${PASSWORD}@${first},${host}${pathname}?target_session_attrs=read-write`;
});
afterAll(async () => {
  await Promise.all([one, two].map((server) => server?.proxy.close()));
  await Promise.all([one, two].map((server) => server?.stop()));
});

const opened: Database[] = [];
afterEach(async () => {
  for (const { proxy } of [one, two]) proxy.reconnect();
  await Promise.all(opened.splice(0).map((database) => database.close()));
});

function open(poolSize = 4): Database {
  const database = openDatabase(databaseOptions(address, { poolSize, statementTimeoutMs: 1_000 }));
  opened.push(database);
  return database;
}

/** Only this server takes writes from now on. */
async function lead(leader: TestServer): Promise<void> {
  for (const server of [one, two]) await letWrite(server.url, server === leader);
  for (const server of [one, two]) {
    const database = openDatabase(databaseOptions(server.url, { poolSize: 1 }));
    const expected = server === leader ? 'off' : 'on';
    await until(async () => {
      const { rows } = await database.pool.query<{ is: string }>(
        `select current_setting('default_transaction_read_only') as is`,
      );
      return rows[0]?.is === expected;
    });
    await database.close();
  }
}

/** Writes in a transaction; resolves with the server that it wrote on. */
function write(database: Database): Promise<string> {
  return database.connect((connection) =>
    connection.transaction({}, async (tx) => {
      await tx.run(insertRow, []);
      return commit(connection.server);
    }),
  );
}

/** How often a pool is connected to this server. */
async function connectionsTo(url: string): Promise<number> {
  const database = openDatabase(databaseOptions(url, { poolSize: 1, applicationName: 'counting' }));
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity where application_name = 'rowlock'`,
  );
  await database.close();
  return rows[0]!.count;
}

/** Fills a pool with idle connections. */
async function fill(database: Database, size: number): Promise<void> {
  let lent = 0;
  let all = (): void => undefined;
  const filled = new Promise<void>((resolve) => (all = resolve));
  const loan = (): Promise<void> =>
    database.connect(async () => {
      lent += 1;
      if (lent === size) all();
      await filled;
    });
  await Promise.all(Array.from({ length: size }, loan));
}

describe('an address with two servers', () => {
  it('leads to the one that takes writes, whichever it is', async () => {
    await lead(one);
    const first = await write(open());
    await lead(two);
    const second = await write(open());
    expect(second).not.toBe(first);
  });

  it('leads everything that connects to it', async () => {
    await lead(two);
    expect(new URL(await addressOfOne(address)).port).toBe(new URL(two.proxy.url).port);
    expect(await migrate(address)).not.toEqual([]);
    expect(await migrate(two.url)).toEqual([]);
    await refuseTransactionPooling(address);
    expect((await inspectDatabase(address)).join()).toContain('fsync is off');
  });

  it('a demoted server is left at once, with all idle connections to it', async () => {
    await lead(one);
    const database = open(4);
    await fill(database, 4);
    const old = await write(database);
    await lead(two);
    const refused = await write(database).catch(refusalOf);
    expect(refused).toEqual({ outcome: 'overloaded', cause: '25006' });
    expect(await Promise.all(Array.from({ length: 8 }, () => write(database)))).not.toContain(old);
    await until(async () => (await connectionsTo(one.url)) === 0);
  });

  it('a server that stays silent is left when it should have answered', async () => {
    await lead(one);
    const database = open(2);
    await fill(database, 2);
    await write(database);
    await lead(two);
    one.proxy.disconnect('stay silent');
    // They were cut, and a new one to it would never be answered.
    await until(async () => (await write(database).catch(() => undefined)) !== undefined);
    expect(await connectionsTo(two.url)).toBeGreaterThan(0);
  });

  it('says what each server said when none takes writes, without the password', async () => {
    await lead(two);
    two.proxy.disconnect('refuse');
    const failure = await write(open()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConnectionUnavailable);
    const { cause } = failure as ConnectionUnavailable;
    expect(cause).toBeInstanceOf(NoWritableServer);
    const said = (cause as Error).message;
    expect(said).toMatch(
      /^no server takes writes: \S+ takes no writes: default_tr\w+ is on; \S+ cannot be used: /,
    );
    expect(said).not.toContain(PASSWORD);
    await expect(inspectDatabase(address)).rejects.toThrow(said.slice(0, 30));
  });

  it('control: one host without the parameter leads there, whatever it takes', async () => {
    await lead(two);
    const database = openDatabase(databaseOptions(one.url));
    opened.push(database);
    expect(await write(database).catch(refusalOf)).toEqual({ outcome: 'overloaded', cause: '25006' });
    expect(await write(database).catch(refusalOf)).toEqual({ outcome: 'overloaded', cause: '25006' });
  });
});
