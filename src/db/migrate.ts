import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

const MIGRATIONS_DIR = fileURLToPath(new URL('../../migrations', import.meta.url));

/**
 * Brings a database to the newest schema; does nothing when it is there already. Forward only. Services that start at once
 * take turns. With `schema`, everything goes into that schema, which must exist, instead of the connection's own.
 */
export async function migrate(databaseUrl: string, schema?: string): Promise<readonly string[]> {
  const client = new pg.Client(databaseUrl);
  // The statement in flight tells that the connection died; without a listener that would end the process as well.
  client.on('error', () => undefined);
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
    return applied.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}
