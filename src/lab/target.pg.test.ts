import { describe, expect, it } from 'vitest';
import { openDatabase, DATABASE_DEFAULTS } from '../db/database.ts';
import { useDatabase } from '../../test/support/database.ts';
import { databaseUrlOf } from '../../test/support/administer.ts';
import { inSchema, MeasuringRefused } from '../load/measured-schema.ts';
import { emptyTables } from './measure/fixture.ts';
import { withTarget } from './target.ts';

const database = useDatabase({ poolSize: 4 });

async function schemas(): Promise<readonly string[]> {
  const rows = await database.sql<{ nspname: string }>(
    `select nspname from pg_namespace where nspname like 'rowlock_lab_%'`,
  );
  return rows.map(({ nspname }) => nspname);
}

describe('a target on a server of the user', () => {
  it('is a schema of its own with all the tables, and is gone afterwards', async () => {
    const tables = await withTarget(database.url, async ({ schema, isEmbedded }) => {
      expect(isEmbedded).toBe(false);
      expect(await schemas()).toEqual([schema]);
      const rows = await database.sql<{ name: string }>(
        `select c.relname as name from pg_class as c where c.relnamespace = $1::regnamespace and c.relkind = 'r'`,
        [schema],
      );
      return rows.map(({ name }) => name);
    });
    expect(tables).toEqual(
      expect.arrayContaining(['wallet', 'seat', 'reservation', 'ledger_entry', 'schema_migration']),
    );
    expect(await schemas()).toEqual([]);
  });

  it('is gone as well when the work fails', async () => {
    const work = withTarget(database.url, () => Promise.reject(new Error('the work fails')));
    await expect(work).rejects.toThrow('the work fails');
    expect(await schemas()).toEqual([]);
  });

  it('leaves the tables of the database alone', async () => {
    await database.sql(`insert into wallet (account_id) values ('somebody')`);
    await withTarget(database.url, async ({ url }) => {
      const own = openDatabase({ ...DATABASE_DEFAULTS, url, poolSize: 1 });
      try {
        await own.pool.query(`insert into wallet (account_id) values ('lab')`);
        await emptyTables(own);
        const { rows } = await own.pool.query(`select account_id from wallet`);
        expect(rows).toEqual([]);
      } finally {
        await own.close();
      }
    });
    expect(await database.sql(`select account_id from wallet`)).toEqual([{ account_id: 'somebody' }]);
    await database.sql('delete from wallet');
  });

  it('says in one line which right is missing', async () => {
    const role = `lab_guest_${process.pid}`;
    await database.sql(`create role ${role} login password 'guest'`);
    try {
      const url = new URL(database.url);
      url.username = role;
      url.password = 'guest';
      const refused = withTarget(url.toString(), () => Promise.resolve());
      await expect(refused).rejects.toThrow(MeasuringRefused);
      await expect(refused).rejects.toThrow(
        new RegExp(
          `^the lab works in a schema of its own and may not make one: grant create on database rowlock_test_\\S+ to ${role}$`,
        ),
      );
    } finally {
      await database.sql(`drop role ${role}`);
    }
  });
});

it('keeps the options that an address has', () => {
  const url = inSchema(`${databaseUrlOf('postgres://a@b/c', 'd')}?options=-c%20jit%3Doff`, 'own');
  expect(new URL(url).searchParams.get('options')).toBe('-c jit=off -c search_path=own');
});
