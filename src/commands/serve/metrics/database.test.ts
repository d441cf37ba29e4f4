import { expect, it } from 'vitest';
import type { DatabaseFigures } from '../../../box-office/figures/figures.ts';
import { databaseFamilies } from './database.ts';

async function samplesOf(name: string, figures: Partial<DatabaseFigures> | undefined): Promise<unknown> {
  const families = databaseFamilies(async () => figures as DatabaseFigures | undefined);
  return families.find((family) => family.name === name)?.samples();
}

it('leaves everything out but whether the database is up, while it is not', async () => {
  const families = databaseFamilies(async () => undefined);
  for (const { name, samples } of families) {
    expect([name, await samples()]).toEqual([name, name === 'rowlock_database_up' ? [{ value: 0 }] : []]);
  }
});

it('leaves out what could not be counted, and keeps the rest', async () => {
  const figures = { seats: undefined, sweeperLagSeconds: undefined, connections: 7 };
  expect(await samplesOf('rowlock_seats', figures)).toEqual([]);
  expect(await samplesOf('rowlock_sweeper_lag_seconds', figures)).toEqual([]);
  expect(await samplesOf('rowlock_database_connections', figures)).toEqual([{ value: 7 }]);
});

it('makes one series of standbys with the same name: the one that is further behind', async () => {
  const standbys = [
    { name: 'one', bytes: 5, seconds: 1 },
    { name: 'one', bytes: 3, seconds: 2 },
    { name: 'two', bytes: 0, seconds: 0 },
  ];
  const [one, two] = [{ standby: 'one' }, { standby: 'two' }];
  expect(await samplesOf('rowlock_database_replication_lag_bytes', { standbys })).toEqual([
    { labels: one, value: 5 },
    { labels: two, value: 0 },
  ]);
  expect(await samplesOf('rowlock_database_replication_lag_seconds', { standbys })).toEqual([
    { labels: one, value: 2 },
    { labels: two, value: 0 },
  ]);
});
