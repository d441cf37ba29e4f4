/** The thread that imports catalogues, one after another, on a connection of its own; `importer.ts` starts it. */
import { parentPort, workerData } from 'node:worker_threads';
import { HOME_SERVER } from '../../../domain/ids.ts';
import { databaseOptions, openDatabase } from '../../../db/database.ts';
import type { Database, DatabaseOptions } from '../../../db/database.ts';
import { importDocument } from './import.ts';
import type { ImportRequest } from './import.ts';

/** What the importer sends for each import. */
export interface ImportMessage extends ImportRequest {
  readonly document: unknown;
}

/** The databases that the importer works on. */
export interface ImporterDatabases {
  readonly home: DatabaseOptions;
  /** The addresses of further servers by name. */
  readonly servers: Readonly<Record<string, string>>;
}

type Opened = Parameters<typeof importDocument>[0];

function openAll({ home, servers }: ImporterDatabases): Opened {
  const open = (url: string): Database => openDatabase({ ...databaseOptions(url, home), poolSize: 1 });
  const others = Object.entries(servers).map(([name, url]) => ({ name, database: open(url) }));
  return [{ name: HOME_SERVER, database: open(home.url) }, ...others];
}

let opened: Opened | undefined;

parentPort?.on('message', ({ document, ...request }: ImportMessage) => {
  // A failure ends the thread, and the importer gets its error.
  opened ??= openAll(workerData as ImporterDatabases);
  void importDocument(opened, document, request).then((answer) => parentPort?.postMessage(answer, []));
});
