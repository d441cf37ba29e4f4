/** Opens the databases of a move: each when it is first needed, and checked before it is used. */
import { databaseOptions, openDatabase } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { migrationState } from '../../db/migrate.ts';
import { HOME_SERVER } from '../../domain/ids.ts';
import { Client } from '../../lib/pg-client.ts';
import { readHome } from '../servers/prepare.ts';
import { checkServer, ServersRefused } from '../servers/this-server.ts';

/** The databases of a move. */
export interface MovePlaces {
  readonly home: Database;
  /** The database of a server. Rejects with `ServersRefused` for one that can't be used. */
  readonly of: (server: string) => Promise<Database>;
}

/** Where the databases are. */
export interface MoveAddresses {
  readonly databaseUrl: string;
  /** The other servers' by name. */
  readonly servers: Readonly<Record<string, string>>;
}

/** The home's connections: one keeps other moves away, one works. */
const POOL_SIZE = 3;

/** Calls `work` with the databases, and closes them. Throws `ServersRefused` and the databases' errors. */
export async function withPlaces<T>(
  { databaseUrl, servers }: MoveAddresses,
  work: (places: MovePlaces) => Promise<T>,
): Promise<T> {
  const opened = new Map<string, Promise<Database>>();
  const toClose: Database[] = [];
  const open = (url: string): Database => {
    const database = openDatabase(
      databaseOptions(url, { applicationName: 'rowlock move', poolSize: POOL_SIZE }),
    );
    toClose.push(database);
    return database;
  };
  const home = open(databaseUrl);
  const find = async (server: string, homeId: string): Promise<Database> => {
    if (server === HOME_SERVER) return home;
    const url = servers[server];
    if (url === undefined) throw new ServersRefused(`the file of servers does not name "${server}"`);
    await reached(server, async () => {
      await checkServer({ name: server, url }, homeId);
      await refuseOtherSchema(server, url);
    });
    return open(url);
  };
  try {
    const self = await readHome(home);
    if (self === undefined) throw new ServersRefused('DATABASE_URL leads to a database that is no home');
    await refuseOtherSchema(HOME_SERVER, databaseUrl);
    const of = (server: string): Promise<Database> => {
      const found = opened.get(server) ?? find(server, self.id);
      opened.set(server, found);
      return found;
    };
    return await work({ home, of });
  } finally {
    await Promise.all(toClose.map((database) => database.close()));
  }
}

async function reached(server: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ServersRefused) throw error;
    throw new ServersRefused(`the server "${server}" can't be reached`, { cause: error });
  }
}

/** Rows are copied by the names of their columns: both servers must have the same. */
async function refuseOtherSchema(server: string, url: string): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'rowlock move' });
  await client.connect();
  try {
    const { pending, unknown } = await migrationState(client);
    if (pending.length > 0) {
      throw new ServersRefused(
        `the schema of the server "${server}" is older than this program: start the service once, which migrates it`,
      );
    }
    if (unknown.length > 0)
      throw new ServersRefused(`the schema of the server "${server}" is newer than this program`);
  } finally {
    await client.end();
  }
}
