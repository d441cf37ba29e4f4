import { expect, it } from 'vitest';
import { whileSeatsLocked } from '../../support/blocker.ts';
import { plantPerformance } from '../../support/catalogue.ts';
import type { TestDatabase } from '../../support/database.ts';
import { settledOrBlocked } from '../../support/gate.ts';
import { holdCommand, someAccount } from '../../support/fixture.ts';
import type { Held, HoldCommand, HoldStrategy } from '../../../src/operations/hold/hold.ts';
import { execute } from '../../support/execute.ts';
import { waitersWith } from './fixtures.ts';

/** How a hold waits for its seats, and when its time begins. */
export function holdLocks(database: TestDatabase, strategy: HoldStrategy): void {
  const newHold = (performanceId: string, seats: readonly number[], accountId = someAccount()): HoldCommand =>
    holdCommand({ performanceId, accountId, seats });

  it('waits for its seats in their order, however their rows lie: no request that goes in order deadlocks with it', async () => {
    const performanceId = await plantPerformance(database, { seats: 2 });
    // A plan that reads the table as it lies is the planner's to choose at any time.
    const url = new URL(database.url);
    url.searchParams.set('options', '-c enable_indexscan=off -c enable_bitmapscan=off');
    const scanning = database.open({ url: url.href.replaceAll('+', '%20') });
    const inOrder = await database.pool.connect();
    const lock = (seat: number): Promise<unknown> =>
      inOrder.query('select 1 from seat where performance_id = $1 and seat_number = $2 for no key update', [
        performanceId,
        seat,
      ]);
    try {
      // The first seat's row now lies behind the second's, where a scan finds it last.
      await database.sql(
        'update seat set version = version + 1 where performance_id = $1 and seat_number = 1',
        [performanceId],
      );
      await inOrder.query('begin');
      await lock(1);
      const outcome = execute(strategy, { database: scanning }, newHold(performanceId, [1, 2]));
      await settledOrBlocked(database, outcome);
      // A deadlock would not tell it from one that tries again, nor NOWAIT from a group's brief wait.
      expect(await waitersWith(database, performanceId, 2)).toBe(0);
      await lock(2);
      await inOrder.query('commit');
      // With NOWAIT it fails at the first seat, whatever lock stands before it; tried again, it may still
      // come too early.
      const { outcome: answer } = await outcome;
      if (strategy.failsOnLockedRow !== true) expect(answer).toBe('held');
      else if (strategy.retries === true) expect(['held', 'contended']).toContain(answer);
      else expect(answer).toBe('contended');
    } finally {
      await inOrder.query('rollback');
      inOrder.release();
    }
  });

  it.each([4, null])(
    'begins the time of a hold once it has its seats, however long it waited for them (seat limit %s)',
    async (seatLimit) => {
      const performanceId = await plantPerformance(database, { holdSeconds: 60, seatLimit });
      await whileSeatsLocked(database, performanceId, [1], async (letGo) => {
        const holding = execute(strategy, { database: database.rival }, newHold(performanceId, [1]));
        await settledOrBlocked(database, holding);
        const [waited] = await database.sql<{ until: Date }>(
          `select date_trunc('milliseconds', clock_timestamp()) as until`,
        );
        await letGo();
        const outcome = await holding;
        if (strategy.failsOnLockedRow === true)
          return expect(['held', 'contended']).toContain(outcome.outcome);
        expect(outcome).toMatchObject({ outcome: 'held' });
        const heldMs = (outcome as Held).expiresAt.getTime() - waited!.until.getTime();
        // One that inserts its claim reads the clock before it can wait, and says so.
        if (strategy.clockBeforeLocks === true) expect(heldMs).toBeLessThanOrEqual(60_000);
        else expect(heldMs).toBeGreaterThanOrEqual(60_000);
      });
    },
  );
}
