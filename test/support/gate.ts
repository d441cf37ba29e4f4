import { onTestFinished } from 'vitest';
import { ConnectionUnavailable } from '../../src/db/database.ts';
import type { Database } from '../../src/db/database.ts';
import type { RacePoint, RacePointName } from '../../src/lib/race-point.ts';
import type { TestDatabase } from './database.ts';

/** Holds back the callers of a race point until it is opened. */
export interface Gate {
  readonly racePoint: RacePoint;
  /** Resolves when `count` callers wait at the gate or have passed it. */
  arrived(count: number): Promise<void>;
  /** Lets everyone through, now and later. */
  open(): void;
}

/**
 * A gate at one race point, or at all of them when no name is given. It opens at the latest when its test ends, pass or
 * fail: a caller behind it would keep a connection, locks and its group from every test that follows.
 */
export function createGate(name?: RacePointName): Gate {
  let arrivals = 0;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  onTestFinished(() => open());
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  return {
    racePoint: async (point) => {
      if (name !== undefined && point !== name) return;
      arrivals += 1;
      for (const waiter of waiting) if (arrivals >= waiter.count) waiter.resolve();
      await opened;
    },
    arrived: (count) =>
      new Promise((resolve) => {
        if (arrivals >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    open: () => open(),
  };
}

/** Resolves when `promise` settles, or when this many sessions wait for a lock in this database. */
export async function settledOrBlocked(
  database: TestDatabase,
  promise: Promise<unknown>,
  blockedSessions = 1,
): Promise<void> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await until(async () => settled || (await waitingForLocks(database)) >= blockedSessions);
}

async function waitingForLocks(database: TestDatabase): Promise<number> {
  const [row] = await database.sql<{ waiting: number }>(
    `select count(*)::int as waiting from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return row?.waiting ?? 0;
}

/** Opens the pool's connection beforehand, however long that takes. */
export async function connected(database: Database): Promise<void> {
  await until(async () =>
    database
      .connect(async () => true)
      .catch((error: unknown) => {
        if (error instanceof ConnectionUnavailable) return false;
        throw error;
      }),
  );
}

/** Polls until the condition holds. Throws after a minute, which is enough on any machine. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const giveUpAtMs = performance.now() + 60_000;
  while (!(await condition())) {
    if (performance.now() > giveUpAtMs) throw new Error('what the test waits for did not happen');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
