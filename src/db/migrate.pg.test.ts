/** What a migration says, and what it leaves of its process, when it can't be done. */
import { expect, it } from 'vitest';
import { administer, databaseUrlOf } from '../../test/support/administer.ts';
import { whileOpen } from '../../test/support/blocker.ts';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { useDatabase } from '../../test/support/database.ts';
import { until } from '../../test/support/gate.ts';
import { changesOf, EMPTY_SNAPSHOT } from '../seats/changes.ts';
import type { SeatChanges } from '../seats/changes.ts';
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

it('brings seats to the present that were restored from a server whose transactions count higher', async () => {
  const performanceId = await plantPerformance(database, { seats: 4 });
  const read = changesOf(database);
  const { snapshot } = (await read(performanceId, EMPTY_SNAPSHOT, false))!;
  await database.sql(`update seat set changed_by = '1000000000000'::xid8 where seat_number <= 3`);
  const changedSince = async (since: string): Promise<SeatChanges> => {
    // A reading looks at seats only where a transaction has come or gone.
    await database.sql('select pg_current_xact_id()');
    return (await read(performanceId, since, false))!;
  };
  // The fault: they count as changed on every reading.
  const before = await changedSince(snapshot);
  expect((await changedSince(before.snapshot)).numbers).toEqual([1, 2, 3]);
  expect(await migrate(database.url)).toEqual([]);
  const after = await changedSince(before.snapshot);
  expect(after.numbers).toEqual([1, 2, 3]);
  expect((await changedSince(after.snapshot)).numbers).toEqual([]);
});

it('throws what the database refuses, also where only the table of migrations is made', async () => {
  const name = new URL(database.url).pathname.slice(1);
  const onServer = (text: string): Promise<void> => administer(databaseUrlOf(database.url, 'postgres'), text);
  await database.sql('alter table schema_migration rename to set_aside');
  await onServer(`alter database ${name} set default_transaction_read_only = on`);
  try {
    await expect(migrate(database.url)).rejects.toMatchObject({
      code: '25006',
      message: 'cannot execute CREATE TABLE in a read-only transaction',
    });
  } finally {
    await onServer(`alter database ${name} reset default_transaction_read_only`);
  }
});
