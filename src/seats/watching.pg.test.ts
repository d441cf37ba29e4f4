/** How often watchers get events, by a clock that only the test advances. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { useDatabase } from '../../test/support/database.ts';
import { until } from '../../test/support/gate.ts';
import { holdSeats } from '../../test/support/fixture.ts';
import type { Database } from '../db/database.ts';
import { WATCH_INTERVAL_MS } from '../box-office/servers/open-halls.ts';
import { changesOf } from './changes.ts';
import { createHalls } from './halls.ts';
import { createSeatWatching } from './watching.ts';

const database = useDatabase();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'], shouldClearNativeTimers: true });
});
afterEach(() => {
  vi.useRealTimers();
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The database, and a promise that resolves when no reading is in flight. */
function observed(): { readonly database: Database; readonly idle: () => Promise<void> } {
  let readings = 0;
  const connect: Database['connect'] = async (work) => {
    readings += 1;
    try {
      return await database.connect(work);
    } finally {
      readings -= 1;
    }
  };
  return {
    database: { ...database, connect },
    idle: async () => {
      await turn();
      await until(async () => readings === 0);
      await turn();
    },
  };
}

const STEP_MS = 50;

it.each([
  [1, 4],
  [1_000, 4],
  [2_000, 2],
  [3_000, 2],
])(
  'when %i watch a performance that changes all the time, each gets events %i times a second',
  async (count, perSecond) => {
    const steps = 2_000 / STEP_MS;
    const performanceId = await plantPerformance(database, { seats: steps });
    const { database: watched, idle } = observed();
    const watching = createSeatWatching({
      halls: createHalls({ read: changesOf(watched) }),
      intervalMs: WATCH_INTERVAL_MS,
    });
    const pass = async (ms: number): Promise<void> => {
      vi.advanceTimersByTime(ms);
      await idle();
    };
    let received = 0;
    const joining = Array.from({ length: count }, () =>
      watching.watch({ performanceId, onEvents: () => (received += 1), onEnd: () => undefined }),
    );
    await idle();
    await pass(0);
    await Promise.all(joining);
    for (let step = 1; step <= steps; step += 1) {
      await holdSeats(database, performanceId, [step]);
      await pass(STEP_MS);
    }
    expect(received / count).toBe(2 * perSecond);
    await watching.close();
  },
);
