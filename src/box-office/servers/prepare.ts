/** What is done before servers are opened: their schemas are brought up to date, and each must be the one that its name says. */
import { refuseTransactionPooling, TransactionPooling } from '../../db/pooler.ts';
import type { Database } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { HOME_SERVER } from '../../domain/ids.ts';
import { readServers } from './map-rows.ts';
import { checkServer, readThisServer, ServersRefused, withOneConnection } from './this-server.ts';
import type { ServerAddress } from './this-server.ts';

/** What the home says. */
interface Home {
  readonly id: string;
  /** The names of its other servers. */
  readonly others: readonly string[];
}

/**
 * Prepares the home. Returns its id; undefined for a home that is away, which the first request reports. Throws
 * `TransactionPooling`, `ServersRefused` when the servers are not those that the home knows, and the error of a migration.
 */
export async function prepareHome(
  url: string,
  servers: readonly ServerAddress[],
  shallMigrate: boolean,
): Promise<string | undefined> {
  // The first request reports a database that is away.
  await refuseTransactionPooling(url).catch((error: unknown) => {
    if (error instanceof TransactionPooling) throw error;
  });
  if (shallMigrate) await migrate(url);
  const home = await withOneConnection(url, readHome).catch((error: unknown) => {
    if (error instanceof ServersRefused) throw error;
    return undefined;
  });
  if (home === undefined) return undefined;
  const given = new Set(servers.map(({ name }) => name));
  for (const name of home.others) {
    if (!given.has(name)) {
      throw new ServersRefused(
        `this home has the server "${name}", too: give all of them with --servers FILE`,
      );
    }
  }
  for (const name of given) {
    if (home.others.includes(name)) continue;
    throw new ServersRefused(
      `the home does not know the server "${name}"; "rowlock server add ${name} URL" adds it`,
    );
  }
  return home.id;
}

/** Reads the home. Throws `ServersRefused` for another server. */
export function readHome(database: Pick<Database, 'connect'>): Promise<Home | undefined> {
  return database.connect(async (connection) => {
    const self = await readThisServer(connection);
    if (self === undefined) return undefined;
    if (self.name !== HOME_SERVER) {
      throw new ServersRefused(
        `DATABASE_URL leads to the server "${self.name}", which has performances only: give the address of its home`,
      );
    }
    const servers = (await readServers(connection)).map(({ name }) => name);
    return { id: self.homeId, others: servers.filter((name) => name !== HOME_SERVER) };
  });
}

/** Prepares a server of performances. It is checked before it is migrated, so that nothing is written into another's database. */
export async function prepareServer(
  server: ServerAddress,
  homeId: string | undefined,
  shallMigrate: boolean,
): Promise<void> {
  await checkServer(server, homeId);
  if (shallMigrate) await migrate(server.url);
}
