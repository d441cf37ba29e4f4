import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { userInfo } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { checkCatalogue } from '../catalogue/import/document/check.ts';
import { CatalogueInvalid } from '../catalogue/import/document/problems.ts';
import { importCatalogue } from '../catalogue/import/import.ts';
import type { ChangeCounts, ImportReport } from '../catalogue/import/import.ts';
import { parseCatalogueFile } from '../catalogue/import/document/parse.ts';
import { importOverServers } from '../catalogue/import/over-servers.ts';
import type { PlacedImportOptions } from '../catalogue/import/over-servers.ts';
import type { ImportServer } from '../catalogue/import/places.ts';
import { prepareHome, prepareServer } from '../box-office/servers/prepare.ts';
import type { ServerAddress } from '../box-office/servers/this-server.ts';
import { databaseOptions, openDatabase } from '../db/database.ts';
import { HOME_SERVER } from '../domain/ids.ts';
import { readServersFile } from './shared/servers-file.ts';
import type { ServerUrls } from './shared/servers-file.ts';
import type { CommandOptions } from './options/table.ts';
import type { By } from '../operator-log/note-action.ts';
import { migrate } from '../db/migrate.ts';
import { CatalogueFileRefused, CommandFailed, refuseDirectory } from './shared/failure.ts';
import { withDatabase, withDatabaseUrl } from './shared/reach-database.ts';
import { counted, say } from './shared/terminal.ts';

/** A file of this size contains far more seats than a document may have. */
const FILE_MIB_MAX = 64;

/** `rowlock import FILE`: imports a catalogue as the admin API does, all or nothing. */
export async function runImport(file: string, options: CommandOptions<'import'>): Promise<number> {
  const { dryRun } = options;
  try {
    const document = await readCatalogue(file);
    // A bad file is refused before a database is started.
    checkCatalogue(document);
    const report = await withDatabaseUrl({ ...options, create: !dryRun }, async (url) => {
      if (!dryRun) await migrate(url);
      return importInto(url, readServersFile(options.servers), document, {
        dryRun,
        by: commandLineUser(),
        server: options.server,
      });
    });
    say(`${dryRun ? 'would import' : 'imported'} ${file}: ${inWords(report)}`);
    return 0;
  } catch (error) {
    throw error instanceof CatalogueInvalid ? new CatalogueFileRefused(file, error) : error;
  }
}

/** Imports over the home and its servers. Throws `ServersRefused` when the home has others. */
async function importInto(
  url: string,
  servers: ServerUrls,
  document: unknown,
  options: PlacedImportOptions,
): Promise<ImportReport> {
  const others = Object.entries(servers).map(([name, address]) => ({ name, url: address }));
  const homeId = await prepareHome(url, others, false);
  for (const server of others) await prepareServer(server, homeId, options.dryRun !== true);
  const isAlone = others.length === 0 && (options.server ?? HOME_SERVER) === HOME_SERVER;
  return withDatabase(url, (home) =>
    withServers(others, (opened) =>
      isAlone
        ? importCatalogue(home, document, options)
        : importOverServers([{ name: HOME_SERVER, database: home }, ...opened], document, options),
    ),
  );
}

/** Calls `work` with a small pool on each of the servers. */
async function withServers<T>(
  servers: readonly ServerAddress[],
  work: (opened: readonly ImportServer[]) => Promise<T>,
): Promise<T> {
  const opened = servers.map(({ name, url }) => ({
    name,
    database: openDatabase(databaseOptions(url, { poolSize: 1 })),
  }));
  try {
    return await work(opened);
  } finally {
    await Promise.all(opened.map(({ database }) => database.close()));
  }
}

/** The user of the command line, for the operator log. No account can be called so: it would contain no space. */
function commandLineUser(): By {
  const name = userInfo()
    .username.replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, 200);
  return { actor: `command line: ${name}` };
}

/**
 * Reads a catalogue's document from a file. Throws `CatalogueInvalid` if it is not JSON, `CommandFailed` if
 * it is too large or not UTF-8, and the file system's errors.
 */
export async function readCatalogue(file: string): Promise<unknown> {
  refuseDirectory(file);
  const bytesMax = FILE_MIB_MAX * 1_024 * 1_024;
  // One byte more than allowed shows a longer file; the size of a pipe is unknown.
  const bytes = await buffer(createReadStream(file, { end: bytesMax }));
  if (bytes.length > bytesMax)
    throw new CommandFailed(`${file} is refused: a catalogue may have at most ${FILE_MIB_MAX} MiB`);
  // Decoding would accept any other encoding, and put garbled names on sale.
  if (!isUtf8(bytes))
    throw new CommandFailed(`${file} is refused: a catalogue must be UTF-8; save it as such`);
  return parseCatalogueFile(bytes.toString('utf8'));
}

/** The report in one line. */
export function inWords(report: ImportReport): string {
  const { currency, venues, seats, concerts, performances, seatsOnSale } = report;
  const parts = [
    ...(currency.changed ? [`currency ${currency.code}`] : []),
    ...changes(venues, 'venue'),
    ...changes(seats, 'seat'),
    ...part(seats.removed, 'seat', 'removed'),
    ...changes(concerts, 'concert'),
    ...changes(performances, 'performance'),
    ...part(seatsOnSale.added, 'seat', 'put on sale'),
    ...part(seatsOnSale.removed, 'seat', 'taken off sale'),
    ...part(seatsOnSale.repriced, 'seat', 'repriced'),
  ];
  return parts.length === 0 ? 'nothing changed' : parts.join(', ');
}

function changes(counts: ChangeCounts, noun: string): string[] {
  return [...part(counts.created, noun, 'created'), ...part(counts.changed, noun, 'changed')];
}

function part(count: number, noun: string, what: string): string[] {
  return count === 0 ? [] : [`${counted(count, noun)} ${what}`];
}
