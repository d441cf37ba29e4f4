import { describe, expect, it } from 'vitest';
import { whileSeatsLocked } from '../../../test/support/blocker.ts';
import { catalogueDocument, sectionDocument } from '../../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { chooseSeats } from './chooser.ts';
import type { SeatChoice } from './chooser.ts';
import { importCatalogue } from '../import/import.ts';
import type { SeatMap } from '../seat-map/seat-map.ts';
import { createSeatMaps } from '../seat-map/seat-map.ts';

const database = useDatabase();

async function planted(
  id: string,
  rows: number[],
  more: ReturnType<typeof sectionDocument>[] = [],
): Promise<SeatMap> {
  const prices = Object.fromEntries(['R', ...more.map(() => 'S')].map((grade) => [grade, 1_000]));
  await importCatalogue(database, catalogueDocument(id, [sectionDocument('A', rows), ...more], { prices }));
  const map = await createSeatMaps(database).get(id);
  return map!;
}

function choose(
  map: SeatMap,
  quantity: number,
  options: Partial<SeatChoice> = {},
): Promise<readonly number[] | undefined> {
  const choice = { accountId: 'alice', grade: 'R', quantity, ...options };
  return database.connect((connection) => chooseSeats(connection, map, choice));
}

/** Takes every seat except these. */
async function takeAllBut(
  { performanceId }: SeatMap,
  free: readonly number[],
  heldFor = '1 hour',
): Promise<void> {
  await database.sql(
    `update seat
     set state = 'held', price = list_price, reservation_id = gen_random_uuid(), held_until = clock_timestamp() + $3::interval
     where performance_id = $1 and seat_number <> all($2)`,
    [performanceId, free, heldFor],
  );
}

const accounts = (count: number): string[] => Array.from({ length: count }, (_, i) => `account-${i}`);

describe('best-available seats', () => {
  it('are neighbours of the grade in one row, by number', async () => {
    const map = await planted('neighbours', [4, 4], [sectionDocument('B', [8], 'S', 50)]);
    for (const accountId of accounts(20)) {
      const seats = await choose(map, 3, { accountId });
      expect([
        [1, 2, 3],
        [2, 3, 4],
        [5, 6, 7],
        [6, 7, 8],
      ]).toContainEqual(seats);
    }
    expect((await choose(map, 8, { grade: 'S' }))?.length).toBe(8);
  });

  it('orphan no seat while other seats exist anywhere', async () => {
    // Rows of three orphan a seat beside a pair; the row of two does not, but most accounts begin elsewhere.
    const map = await planted('orphans', [...Array<number>(150).fill(3), 2]);
    for (const accountId of accounts(10)) expect(await choose(map, 2, { accountId })).toEqual([451, 452]);
    await takeAllBut(map, [1, 2, 3]);
    expect([
      [1, 2],
      [2, 3],
    ]).toContainEqual(await choose(map, 2));
  });

  it('differ by account over the whole grade, and stay the same for one account', async () => {
    const map = await planted('spread', Array<number>(50).fill(20));
    const choices = await Promise.all(accounts(200).map((accountId) => choose(map, 2, { accountId })));
    expect(new Set(choices.map(String)).size).toBeGreaterThan(140);
    expect(await choose(map, 2, { accountId: 'account-7' })).toEqual(choices[7]);
  });

  it('are found by every account when they are the last, and include expired holds', async () => {
    const map = await planted('last', Array<number>(80).fill(20));
    await takeAllBut(map, [1_237, 1_238]);
    for (const accountId of accounts(10)) expect(await choose(map, 2, { accountId })).toEqual([1_237, 1_238]);
    await takeAllBut(map, [], '-1 second');
    expect(await choose(map, 20)).toHaveLength(20);
  });

  it('are none when the grade is exhausted, has no long enough row, or does not exist', async () => {
    const map = await planted('exhausted', [4, 4]);
    expect(await choose(map, 5)).toBeUndefined();
    expect(await choose(map, 1, { grade: 'X' })).toBeUndefined();
    await takeAllBut(map, [1, 3, 5, 7]);
    expect(await choose(map, 2)).toBeUndefined();
    await takeAllBut(map, []);
    expect(await choose(map, 1)).toBeUndefined();
  });

  it('leave out the seats to avoid', async () => {
    const map = await planted('avoided', [2, 2]);
    expect(await choose(map, 2, { avoid: [1] })).toEqual([3, 4]);
    expect(await choose(map, 2, { avoid: new Set([1, 4]) })).toBeUndefined();
  });

  it('pass over seats that a transaction is taking, without waiting', async () => {
    const map = await planted('locked', [2, 2, 2]);
    await whileSeatsLocked(database, map.performanceId, [2, 3], async () => {
      for (const accountId of accounts(10)) expect(await choose(map, 2, { accountId })).toEqual([5, 6]);
    });
  });

  it('are locked seats when there are no others: a lock does not make a seat sold', async () => {
    const map = await planted('all-locked', [2, 2]);
    await takeAllBut(map, [3, 4]);
    await whileSeatsLocked(database, map.performanceId, [3, 4], async () => {
      expect(await choose(map, 2)).toEqual([3, 4]);
    });
  });

  it('are chosen without writing or leaving a lock', async () => {
    const map = await planted('trace', [10, 10]);
    const versions = () =>
      database.sql(
        `select ctid::text, xmin::text, version from seat where performance_id = 'trace' order by seat_number`,
      );
    const before = await versions();
    await Promise.all(accounts(40).map((accountId) => choose(map, 2, { accountId })));
    expect(await versions()).toEqual(before);
    await database.sql(`select from seat where performance_id = 'trace' for update nowait`);
  });
});
