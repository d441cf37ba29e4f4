import type { CommandOptions } from './options/table.ts';
import { migrate } from '../db/migrate.ts';
import { withDatabaseUrl } from './shared/reach-database.ts';
import { say } from './shared/terminal.ts';

/** `rowlock migrate`: brings the schema up to date, and prints the migrations applied. */
export async function runMigrate(options: CommandOptions<'migrate'>): Promise<number> {
  const applied = await withDatabaseUrl({ ...options, create: true }, migrate);
  say(applied.length === 0 ? 'the schema is up to date' : `migrated: ${applied.join(', ')}`);
  return 0;
}
