/** What a migration leaves of its process when its connection dies. */
import { expect, it } from 'vitest';
import { whileOpen } from '../../test/support/blocker.ts';
import { useDatabase } from '../../test/support/database.ts';
import { until } from '../../test/support/gate.ts';
import { migrate } from './migrate.ts';

const database = useDatabase();

// An error that nobody listens for fails the whole run of the tests, as it ends a process.
it('fails, and nothing else does, when its connection dies under it', async () => {
  await whileOpen(database, ['lock table schema_migration'], async () => {
    const migrating = migrate(database.url).catch((error: unknown) => error);
    await until(async () => {
      const ended = await database.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%schema_migration%'`,
      );
      return ended.length > 0;
    });
    expect(await migrating).toBeInstanceOf(Error);
  });
  expect(await migrate(database.url)).toEqual([]);
});
