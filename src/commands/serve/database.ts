/** The database that a service works on: the given one, or an embedded one that it starts. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defaultDataDir, startEmbeddedServer } from '../../embedded-server/server.ts';
import type { CommandOptions } from '../options/table.ts';
import { note } from '../shared/terminal.ts';
import type { Closers } from './closers.ts';
import { keepRunning } from './supervise.ts';

export interface ServedDatabase {
  readonly url: string;
  /** The embedded server's directory; undefined for a database that DATABASE_URL names. */
  readonly dataDir: string | undefined;
}

/** Starts the embedded server unless DATABASE_URL names another. */
export async function provideDatabase(
  options: CommandOptions<'serve'>,
  stopping: AbortSignal,
  closers: Closers,
): Promise<ServedDatabase> {
  if (options.databaseUrl !== undefined) return { url: options.databaseUrl, dataDir: undefined };
  const dataDir = resolve(options.dataDir ?? defaultDataDir());
  if (!existsSync(join(dataDir, 'pgdata'))) note(`creating a new database in ${dataDir}`);
  const server = await startEmbeddedServer({ dataDir, onNotice: note });
  closers.push(() => server.stop());
  keepRunning(server, stopping);
  return { url: server.url, dataDir: server.dataDir };
}
