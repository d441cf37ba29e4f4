import { describe, expect, it } from 'vitest';
import { useDatabase } from './database.ts';

describe('a database of tests', () => {
  const database = useDatabase();

  it('is a migrated clone of its own, and so is every pool on it', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const inUse = [database, database.rival, database.open()].map(
      async ({ pool }) => (await pool.query('select current_database() as name')).rows,
    );
    expect(await Promise.all(inUse)).toEqual([[{ name }], [{ name }], [{ name }]]);
    expect(await database.sql('select from seat')).toEqual([]);
  });

  it('does not count a statement in flight when its last test ends as a leak', async () => {
    void database.sql('select pg_sleep(0.1)');
    await new Promise(setImmediate);
    expect(database.pool.totalCount).toBeGreaterThan(database.pool.idleCount);
  });
});
