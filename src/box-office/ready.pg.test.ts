import { afterEach, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { observed } from '../../test/support/observed.ts';
import { createBoxOffice } from './box-office.ts';
import type { BoxOffice } from './box-office.ts';
import { createReadiness } from './ready.ts';

const database = useDatabase();
let boxOffice: BoxOffice | undefined;
afterEach(() => boxOffice?.close());

it('is not ready while the database takes no writes, and is ready again once it does', async () => {
  const name = new URL(database.url).pathname.slice(1);
  await database.sql(`alter database ${name} set default_transaction_read_only = on`);
  boxOffice = await createBoxOffice({ databaseUrl: database.url, migrate: false, sweepIntervalMs: 0 });
  expect(await boxOffice.isReady()).toBe(false);
  await database.sql(`alter database ${name} reset default_transaction_read_only`);
  await expect.poll(() => boxOffice!.isReady()).toBe(true);
});

it('writes to the WAL, but not every time: a full disk answers every read', async () => {
  const sent: string[] = [];
  const readiness = createReadiness(observed(database, (name) => void sent.push(name)));
  expect(await readiness()).toBeUndefined();
  expect(sent).toContain('durability_record');
  const before = sent.length;
  expect(await Promise.all([readiness(), readiness(), readiness()])).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(sent).toHaveLength(before);
});
