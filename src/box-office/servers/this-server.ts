/** What a database says of itself: which server it is, and of which home. */
import { databaseOptions, openDatabase } from '../../db/database.ts';
import type { Database, Reader } from '../../db/database.ts';
import { refuseTransactionPooling, TransactionPooling } from '../../db/pooler.ts';
import { statement } from '../../db/statement.ts';
import { HOME_SERVER } from '../../domain/ids.ts';

/** The servers of a box office do not fit together. The message is one line for an operator and repeats no address. */
export class ServersRefused extends Error {}

/** A server by name, and where its database is. */
export interface ServerAddress {
  readonly name: string;
  readonly url: string;
}

/** Which server a database is. */
export interface ThisServer {
  readonly name: string;
  /** Equal for all servers of one home. */
  readonly homeId: string;
}

const tableExists = statement({
  name: 'this_server_exists',
  group: 'any',
  params: [],
  columns: { found: 'boolean' },
  text: `select to_regclass('this_server') is not null as found`,
});

const readRow = statement({
  name: 'this_server_read',
  group: 'any',
  params: [],
  columns: { name: 'text', home_id: 'uuid' },
  text: `select t.name::text as name, t.home_id from this_server as t`,
});

/** Which server the database is; undefined for one without such a schema. */
export async function readThisServer(reader: Reader): Promise<ThisServer | undefined> {
  const [table] = await reader.read(tableExists, []);
  if (table?.found !== true) return undefined;
  const [row] = await reader.read(readRow, []);
  return row === undefined ? undefined : { name: row.name, homeId: row.home_id };
}

/** Calls `work` with one connection of its own to the address. */
export async function withOneConnection<T>(
  url: string,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = openDatabase(databaseOptions(url, { poolSize: 1 }));
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/**
 * Throws `ServersRefused` unless the database is the server of this name, of this home where that is known. It changes
 * nothing, and throws the database's errors.
 */
export async function checkServer({ name, url }: ServerAddress, homeId: string | undefined): Promise<void> {
  await refuseTransactionPooling(url).catch((error: unknown) => {
    throw error instanceof TransactionPooling
      ? new ServersRefused(`the server "${name}": ${error.message}`)
      : error;
  });
  const found = await withOneConnection(url, (database) => database.connect(readThisServer));
  const refusal = faultIn(name, found, homeId);
  if (refusal !== undefined) throw new ServersRefused(refusal);
}

function faultIn(
  name: string,
  found: ThisServer | undefined,
  homeId: string | undefined,
): string | undefined {
  const add = `"rowlock server add ${name} URL" adds a new server`;
  if (found === undefined)
    return `the address of the server "${name}" leads to a database that is no server; ${add}`;
  if (found.name === HOME_SERVER) {
    const what = found.homeId === homeId ? 'the home itself' : 'another home';
    return `the address of the server "${name}" leads to ${what}; ${add}`;
  }
  if (homeId !== undefined && found.homeId !== homeId) {
    return `the address of the server "${name}" leads to a server of another home`;
  }
  return found.name === name
    ? undefined
    : `the address of the server "${name}" leads to the server "${found.name}"; are two addresses swapped?`;
}
