import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whileOpen } from '../../test/support/blocker.ts';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { useDatabase } from '../../test/support/database.ts';
import type { BoxOffice } from './box-office.ts';
import { createBoxOffice } from './box-office.ts';

/** Far below the bounds of the single waits, so that only the deadline can have ended a request. */
const DEADLINE_MS = 300;

describe('a request whose time is up', () => {
  const database = useDatabase();
  let boxOffice: BoxOffice;
  beforeAll(async () => {
    boxOffice = await createBoxOffice({
      databaseUrl: database.url,
      migrate: false,
      sweepIntervalMs: 0,
      requestDeadlineMs: DEADLINE_MS,
      database: { lockTimeoutMs: 60_000, statementTimeoutMs: 60_000, acquireTimeoutMs: 60_000 },
    });
  });
  afterAll(() => boxOffice.close());

  it('is a write: its outcome is unknown, its group goes on, and a duplicate gets the result', async () => {
    const performanceId = await plantPerformance(database);
    const requests = ['A-1-1', 'A-1-2'].map((seat, i) => ({
      performanceId,
      accountId: `account-${i}`,
      seats: [seat],
      idempotencyKey: randomUUID(),
    }));
    const hold = (): Promise<unknown[]> => Promise.all(requests.map((request) => boxOffice.hold(request)));
    // Caches it before the table is locked.
    await boxOffice.readSeatMap(performanceId);
    await whileOpen(database, ['lock table seat'], async () => {
      expect(await hold()).toEqual([{ outcome: 'outcome_unknown' }, { outcome: 'outcome_unknown' }]);
    });
    expect(await hold()).toMatchObject([{ outcome: 'held' }, { outcome: 'held' }]);
  });

  it('is a read: it is contended', async () => {
    const performanceId = await plantPerformance(database);
    await whileOpen(database, ['lock table seat'], async () => {
      const answer = await boxOffice.readPerformance(performanceId);
      expect(answer).toEqual({ outcome: 'contended', cause: 'deadline' });
    });
    expect(await boxOffice.readPerformance(performanceId)).toMatchObject({ performanceId });
  });
});
