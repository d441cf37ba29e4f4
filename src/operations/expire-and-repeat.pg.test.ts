/**
 * A hold expires and its client repeats it, while a sweep writes the expiry. The repeat has locked the seat, which is free
 * again, and is about to write the reservation that exists already; the sweep has locked the reservation and waits for the
 * seat. Neither may wait for the other.
 */
import { describe, expect, it } from 'vitest';
import { sqlstateOf } from '../db/sqlstate.ts';
import { sweepExpired } from './expire.ts';
import type { HoldOutcome, HoldStrategy } from './hold/hold.ts';
import { pessimisticHold } from './hold/pessimistic.ts';
import { HOLD_STRATEGIES } from './hold/strategies.ts';
import { whileLocked } from '../../test/support/blocker.ts';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { useDatabase } from '../../test/support/database.ts';
import { execute } from '../../test/support/execute.ts';
import { expireHold, holdSeats, seatOf } from '../../test/support/fixture.ts';
import { settledOrBlocked, until } from '../../test/support/gate.ts';
import { violationsIn } from '../../test/support/state.ts';

const database = useDatabase();

type Sweep = () => Promise<number>;

const sweep: Sweep = async () => {
  const { expired } = await sweepExpired({ database: database.rival }, { from: new Date(0), batchSize: 100 });
  return expired;
};

/** What the repeat and the sweep answer, each an SQLSTATE where it was a deadlock's victim. */
async function meet(strategy: HoldStrategy, sweeping: Sweep): Promise<[HoldOutcome, number | string]> {
  const performanceId = await plantPerformance(database, { seatLimit: 4 });
  const hold = await holdSeats(database, performanceId, [1]);
  await expireHold(database, hold);
  // The limit row keeps the repeat from its last step, with the seat locked.
  const met = await whileLocked(database, 'limit', hold, async (unlock) => {
    const repeat = execute(strategy, { database }, hold);
    await settledOrBlocked(database, repeat);
    const swept = sweeping().catch((error: unknown) => sqlstateOf(error) ?? String(error));
    await settledOrBlocked(database, Promise.race([repeat, swept]), 2);
    await unlock();
    return Promise.all([repeat, swept] as const);
  });
  await sweep();
  expect(await seatOf(database, performanceId, 1)).toMatchObject({ state: 'free' });
  expect(await violationsIn(database)).toEqual([]);
  return [...met];
}

const SERVICE = HOLD_STRATEGIES.filter(({ use }) => use === 'service').map(
  (each) => [each.name, each] as const,
);

describe.each(SERVICE)('hold/%s', (_name, strategy) => {
  it('answers the repeat of an expired hold while a sweep meets it', async () => {
    const [repeated, swept] = await meet(strategy, sweep);
    expect(repeated).toMatchObject({ outcome: 'held' });
    expect(swept).toBe(1);
  });
});

it('would deadlock if the sweep wrote the reservation before it has the seat', async () => {
  const before = await deadlocks();
  const outcomes = await meet(pessimisticHold, async () => {
    const client = await database.rival.pool.connect();
    try {
      await client.query('begin');
      await client.query(
        `update reservation set state = 'expired' where state = 'held' and expires_at <= now()`,
      );
      await client.query(
        `update seat set state = 'free', held_until = null, reservation_id = null where held_until <= now()`,
      );
      await client.query('commit');
      return 1;
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  });
  // The server ends either of the two. The repeat finds its earlier hold even then, so only the server's count tells.
  expect(outcomes[0]).toMatchObject({ outcome: 'held' });
  expect([1, '40P01']).toContain(outcomes[1]);
  await until(async () => (await deadlocks()) > before);
});

/** How many deadlocks the server has ended in this database; it counts one a few seconds late. */
async function deadlocks(): Promise<number> {
  const [row] = await database.sql<{ deadlocks: number }>(
    `select deadlocks::int from pg_stat_database where datname = current_database()`,
  );
  return row!.deadlocks;
}
