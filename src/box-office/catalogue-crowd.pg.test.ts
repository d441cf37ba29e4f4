/** A crowd that looks at the catalogue: what it costs, and what it leaves to those who buy. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { useDatabase } from '../../test/support/database.ts';
import { settledOrBlocked } from '../../test/support/gate.ts';
import type { BoxOffice } from './box-office.ts';
import { createBoxOffice } from './box-office.ts';

describe('a crowd that looks at the catalogue', () => {
  const database = useDatabase();
  let boxOffice: BoxOffice;
  let performanceId: string;

  beforeAll(async () => {
    performanceId = await plantPerformance(database, { seatLimit: null });
    boxOffice = await createBoxOffice({
      databaseUrl: database.url,
      // A reading that is blocked stays so for as long as the test wants.
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
  ])('shares two readings of %s, one at a time, beside which seats are held', async (name, read) => {
    // It is in memory from now on; no hold reads the venue.
    await boxOffice.readSeatMap(performanceId);
    const blocker = await database.pool.connect();
    try {
      await blocker.query('begin');
      await blocker.query('lock table concert, venue in access exclusive mode');
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
      await blocker.query('rollback');
      const readings = [...new Set(await crowd)];
      expect(readings).toHaveLength(2);
      for (const reading of readings) expect(reading).not.toHaveProperty('outcome');
    } finally {
      await blocker.query('rollback');
      blocker.release();
    }
  });
});
