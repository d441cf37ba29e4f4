/** What a crowd that views the catalogue costs, and what it leaves to buyers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whileOpen } from '../../test/support/blocker.ts';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { catalogueDocument, sectionDocument } from '../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../test/support/database.ts';
import { tally } from '../../test/conformance/conformance.ts';
import { settledOrBlocked } from '../../test/support/gate.ts';
import { observed } from '../../test/support/observed.ts';
import { importCatalogue } from '../catalogue/import/import.ts';
import { createWeightedCache } from '../lib/weighted-cache.ts';
import { createSeatMaps } from '../catalogue/seat-map/seat-map.ts';
import type { BoxOffice } from './box-office.ts';
import { createBoxOffice } from './box-office.ts';
import type { BoxOfficeContext } from './context.ts';
import { shareLongestFreeRun } from './buyer/free-runs.ts';
import { holdBestAvailable } from './buyer/hold.ts';
import { openStrategies, strategiesNamed } from './strategies.ts';

describe('a crowd that views the catalogue', () => {
  const database = useDatabase();
  let boxOffice: BoxOffice;
  let performanceId: string;

  beforeAll(async () => {
    performanceId = await plantPerformance(database, { seatLimit: null });
    boxOffice = await createBoxOffice({
      databaseUrl: database.url,
      // A blocked reading waits for as long as the test wants.
      database: { poolSize: 5, lockTimeoutMs: 0, statementTimeoutMs: 20_000 },
      migrate: false,
    });
  });
  afterAll(() => boxOffice.close());

  it.each<[string, () => Promise<object>]>([
    ['all concerts', () => boxOffice.listConcerts()],
    ['a concert', () => boxOffice.readConcert(`${performanceId}-concert`)],
    ['a performance', () => boxOffice.readPerformance(performanceId)],
    ['its seats', () => boxOffice.readSeatStates(performanceId)],
  ])('shares two readings of %s, one at a time, while seats are held', async (name, read) => {
    // Caches the map, so that no hold reads the venue.
    await boxOffice.readSeatMap(performanceId);
    await whileOpen(database, ['lock table concert, venue in access exclusive mode'], async (letGo) => {
      const crowd = Promise.all(Array.from({ length: 100 }, read));
      await settledOrBlocked(database, crowd);
      const hold = {
        performanceId,
        accountId: 'anna',
        grade: 'R',
        quantity: 1,
        idempotencyKey: name.replace(' ', '-'),
      };
      expect(await boxOffice.holdBestAvailable(hold)).toMatchObject({ outcome: 'held' });
      await letGo();
      const readings = [...new Set(await crowd)];
      expect(readings).toHaveLength(2);
      for (const reading of readings) expect(reading).not.toHaveProperty('outcome');
    });
  });
});

describe('a crowd that wants the best seats of a sold-out grade', () => {
  const database = useDatabase();

  it('shares the reads of the grade, and is refused', async () => {
    const section = sectionDocument(
      'A',
      Array.from({ length: 160 }, () => 25),
    );
    await importCatalogue(database, catalogueDocument('gone', [section]));
    await database.sql(
      `update seat set state = 'sold', price = list_price, reservation_id = gen_random_uuid()`,
    );
    const wide: number[] = [];
    const watched = observed(database, (name, [, firsts, lasts]) => {
      if (name !== 'chooser_free_seats') return;
      const seats = sum(lasts as number[]) - sum(firsts as number[]) + (firsts as number[]).length;
      // More than the two windows that each request reads on its own.
      if (seats > 2_000) wide.push(seats);
    });
    const seatMaps = createSeatMaps(watched);
    const context: BoxOfficeContext = {
      database: watched,
      strategies: openStrategies({ database }, strategiesNamed({})),
      seatMaps,
      longestFreeRun: shareLongestFreeRun({ database: watched, seatMaps }),
      knownAccounts: createWeightedCache<true>(1, () => 1),
    };
    const crowd = Array.from({ length: 200 }, (_, i) =>
      holdBestAvailable(context, {
        performanceId: 'gone',
        accountId: `account-${i}`,
        grade: 'R',
        quantity: 2,
        idempotencyKey: 'k',
      }),
    );
    expect(tally(await Promise.all(crowd))).toEqual({ seats_unavailable: 200 });
    // Without sharing, each would read the rest of the grade after its first look.
    expect(wide.length).toBeGreaterThan(0);
    expect(wide.length).toBeLessThan(50);
    expect(new Set(wide)).toEqual(new Set([4_000]));
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
