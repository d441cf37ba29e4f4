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
import { createSoldOut } from '../catalogue/sold-out.ts';
import { createSeatMaps } from '../catalogue/seat-map/seat-map.ts';
import type { BoxOffice } from './box-office.ts';
import { createBoxOffice } from './box-office.ts';
import type { BoxOfficeContext } from './context.ts';
import { changesOf } from '../seats/changes.ts';
import { createHalls } from '../seats/halls.ts';
import { createBestSeats } from './buyer/best-seats.ts';
import { earlierHolds, holdBestAvailable } from './buyer/hold.ts';
import { createUnpaidHolds } from './buyer/unpaid-holds.ts';
import { openStrategies, strategiesNamed } from './strategies.ts';

describe('a crowd that views the catalogue', () => {
  const database = useDatabase();
  let boxOffice: BoxOffice;
  let performanceId: string;
  let seat = 0;

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
      const seats = [`A-1-${(seat += 1)}`];
      const hold = { performanceId, accountId: 'anna', seats, idempotencyKey: name.replace(' ', '-') };
      expect(await boxOffice.hold(hold)).toMatchObject({ outcome: 'held' });
      await letGo();
      const readings = [...new Set(await crowd)];
      expect(readings).toHaveLength(2);
      for (const reading of readings) expect(reading).not.toHaveProperty('outcome');
    });
  });
});

describe('a crowd that wants the best seats', () => {
  const database = useDatabase();
  /** The statements that a crowd of 200 accounts sends in a hall of 4,000 seats, by name, and its answers. */
  async function storm(performanceId: string): Promise<{
    statements: Readonly<Record<string, number>>;
    answers: Readonly<Record<string, number>>;
  }> {
    const statements: Record<string, number> = {};
    const watched = observed(database, (name) => {
      statements[name] = (statements[name] ?? 0) + 1;
    });
    const halls = createHalls({ read: changesOf(watched) });
    const context: BoxOfficeContext = {
      database: watched,
      strategies: openStrategies({ database, halls }, strategiesNamed({})),
      seatMaps: createSeatMaps(watched),
      bestSeats: createBestSeats({ database: watched, halls }),
      soldOut: createSoldOut(),
      earlierHold: earlierHolds(watched),
      knownAccounts: createWeightedCache<true>(1, () => 1),
      unpaidHolds: createUnpaidHolds(0),
    };
    const crowd = Array.from({ length: 200 }, (_, i) =>
      holdBestAvailable(context, {
        performanceId,
        accountId: `account-${i}`,
        grade: 'R',
        quantity: 2,
        idempotencyKey: 'k',
      }),
    );
    return { answers: tally(await Promise.all(crowd)), statements };
  }

  async function planted(id: string): Promise<void> {
    await importCatalogue(database, catalogueDocument(id, [sectionDocument('A', Array(160).fill(25))]));
  }

  it('shares the readings of the hall, and of a moment’s seats', async () => {
    await planted('storm');
    const { answers, statements } = await storm('storm');
    expect(answers).toEqual({ held: 200 });
    // Each request by itself would send one of each.
    expect(statements['seat_changes']).toBeLessThan(20);
    expect(statements['hold_find']).toBeLessThan(20);
    expect(statements['best_available_lock']).toBeLessThan(20);
  });

  it('shares the observation that a grade is sold out, and is refused', async () => {
    await planted('gone');
    await database.sql(
      `update seat set state = 'sold', price = list_price, reservation_id = gen_random_uuid() where performance_id = 'gone'`,
    );
    const { answers, statements } = await storm('gone');
    expect(answers).toEqual({ seats_unavailable: 200 });
    expect(statements['seat_changes']).toBeLessThan(20);
    expect(statements['best_available_lock']).toBeUndefined();
  });
});
