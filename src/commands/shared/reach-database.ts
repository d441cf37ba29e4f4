/** Finds a command's database: the given one, a running service's, or one started for the command. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CommandOptions } from '../options/table.ts';
import { DATABASE_DEFAULTS, openDatabase } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { refuseTransactionPooling } from '../../db/pooler.ts';
import { defaultDataDir, startEmbeddedServer } from '../../embedded-server/server.ts';
import { inspectDatabase } from './database-address.ts';
import { CommandFailed } from './failure.ts';
import { runningServerUrl } from '../../embedded-server/running-server.ts';
import { note } from './terminal.ts';

export interface ReachOptions extends CommandOptions<'migrate'> {
  /** Whether to create a missing embedded database; otherwise the command fails. */
  readonly create: boolean;
}

/** Calls `work` with the database's address, and stops a server started for it. Throws `CommandFailed`. */
export async function withDatabaseUrl<T>(
  options: ReachOptions,
  work: (url: string) => Promise<T>,
): Promise<T> {
  return reachDatabaseUrl(options, async (url, isOwn) => {
    if (!isOwn) {
      await inspectDatabase(url);
      await refuseTransactionPooling(url);
    }
    return work(url);
  });
}

/** The same, without a check of a database that it did not start. */
export async function reachDatabaseUrl<T>(
  options: ReachOptions,
  work: (url: string, isOwn: boolean) => Promise<T>,
): Promise<T> {
  const dataDir = resolve(options.dataDir ?? defaultDataDir());
  const url = options.databaseUrl ?? (await runningServerUrl(dataDir));
  if (url !== undefined) return work(url, false);
  if (!options.create && !existsSync(join(dataDir, 'pgdata'))) {
    throw new CommandFailed(
      `there is no database in ${dataDir}; choose another directory or give --database-url`,
    );
  }
  const server = await startEmbeddedServer({ dataDir, onNotice: note });
  try {
    return await work(server.url, true);
  } finally {
    await server.stop();
  }
}

/** Calls `work` with a small pool on the address. */
export async function withDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = openDatabase({ ...DATABASE_DEFAULTS, url, poolSize: 2 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
