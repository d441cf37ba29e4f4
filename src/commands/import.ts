import { readFile } from 'node:fs/promises';
import { checkCatalogue } from '../catalogue/check.ts';
import { importCatalogue } from '../catalogue/import.ts';
import type { ChangeCounts, ImportReport } from '../catalogue/import.ts';
import { parseCatalogueFile } from '../catalogue/parse.ts';
import type { CommandOptions } from '../config.ts';
import { migrate } from '../db/migrate.ts';
import { withDatabase, withDatabaseUrl } from './reach-database.ts';
import { counted, say } from './terminal.ts';

/** `rowlock import FILE`: imports a catalogue as the admin API does, all or nothing. */
export async function runImport(file: string, options: CommandOptions<'import'>): Promise<number> {
  const document = await readCatalogue(file);
  // A bad file is refused before a database is started for it.
  checkCatalogue(document);
  const report = await withDatabaseUrl({ ...options, create: true }, async (url) => {
    await migrate(url);
    return withDatabase(url, (database) => importCatalogue(database, document));
  });
  say(`imported ${file}: ${inWords(report)}`);
  return 0;
}

/** Reads a catalogue's document from a file. Throws `CatalogueInvalid` for what is no JSON. */
export async function readCatalogue(file: string): Promise<unknown> {
  return parseCatalogueFile(await readFile(file, 'utf8'));
}

/** The report on one line. */
export function inWords(report: ImportReport): string {
  const { venues, seats, concerts, performances, seatsOnSale } = report;
  const parts = [
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
