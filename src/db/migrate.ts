import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type pg from 'pg';
import { Client } from '../lib/pg-client.ts';

const MIGRATIONS_DIR = fileURLToPath(new URL('../../migrations', import.meta.url));

/**
 * Brings a database to the newest schema; does nothing when it is there already. Forward only. Services that
 * start at once take turns. With `schema`, everything goes into that schema, which must exist, instead of the
 * connection's own. Throws what the database refuses, such as to make tables for a role that may not.
 */
export async function migrate(databaseUrl: string, schema?: string): Promise<readonly string[]> {
  const client = new Client({ connectionString: databaseUrl });
  const refusal = firstRefusal(client);
  await client.connect();
  try {
    const applied = await runner({
      dbClient: client,
      dir: MIGRATIONS_DIR,
      migrationsTable: 'schema_migration',
      direction: 'up',
      singleTransaction: true,
      advisoryLockMode: 'wait',
      log: () => undefined,
      ...(schema === undefined ? {} : { schema, migrationsSchema: schema }),
    });
    await bringToPresent(client);
    return applied.map((migration) => migration.name);
  } catch (error) {
    throw refusal() ?? error;
  } finally {
    await client.end();
  }
}

/** Which migrations a database lacks, and which it has that are not this program's. Throws the database's errors. */
export async function migrationState(
  client: pg.Client,
): Promise<{ readonly pending: readonly string[]; readonly unknown: readonly string[] }> {
  const known = readdirSync(MIGRATIONS_DIR)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .toSorted((a, b) => a.localeCompare(b));
  const { rows } = await client.query<{ exists: boolean }>(
    `select to_regclass('schema_migration') is not null as exists`,
  );
  if (rows[0]?.exists !== true) return { pending: known, unknown: [] };
  const { rows: found } = await client.query<{ name: string }>(
    'select name from schema_migration order by id',
  );
  const applied = found.map(({ name }) => name);
  return {
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/**
 * Seats that were restored from a dump of another server may have been changed by transactions that are still to come on
 * this one. Each reading of live seats would take them for new, for as long as the counter needs to get there.
 */
async function bringToPresent(client: pg.Client): Promise<void> {
  const isAhead = 'changed_by >= pg_snapshot_xmax(pg_current_snapshot())';
  // Asked first: a standby takes no update, even of no row.
  const { rowCount } = await client.query(`select from seat where ${isAhead} limit 1`);
  if (rowCount === 0) return;
  await client.query(`update seat set changed_by = pg_current_xact_id() where ${isAhead}`);
}

/**
 * Keeps the first error that the server sends: where the runner makes its table it throws another one
 * instead, with the stack for its words and without the SQLSTATE.
 */
function firstRefusal(client: pg.Client): () => unknown {
  let first: unknown;
  const send = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>;
  client.query = (async (...given: unknown[]) => {
    try {
      return await send(...given);
    } catch (error) {
      first ??= error;
      throw error;
    }
  }) as typeof client.query;
  return () => first;
}
