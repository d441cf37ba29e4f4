import { expect, it } from 'vitest';
import type { ProcessActivity } from '../box-office.ts';
import type { ActivitySecond } from './activity.ts';
import { sumOfActivities } from './activity-sum.ts';

const strategies = { topUp: 'grouped', hold: 'grouped', pay: 'grouped' };
const idle: ProcessActivity = {
  at: new Date(10_500),
  uptimeSeconds: 5,
  strategies,
  waiting: 1,
  watchers: 2,
  inFlight: { attempts: 3, oldestSeconds: 2.5 },
  pool: { total: 3, idle: 2, waiting: 1 },
  seconds: [],
};
const nothing = { held: 0, paid: 0, toppedUp: 0, refunded: 0, released: 0, revenue: 0, outcomes: {} };

function second(at: number, given: Partial<ActivitySecond>): ActivitySecond {
  return { ...nothing, at: new Date(at), latencyMs: undefined, groups: 0, groupSize: undefined, ...given };
}

it('adds up what two processes did in the same second, and keeps the other seconds in order', () => {
  const one = {
    ...idle,
    seconds: [
      second(8_000, {
        held: 3,
        revenue: 700,
        outcomes: { seat_taken: 1 },
        latencyMs: { p50: 2, p99: 4 },
        groups: 1,
        groupSize: { mean: 4, max: 4 },
      }),
    ],
  };
  const other = {
    ...idle,
    at: new Date(10_900),
    uptimeSeconds: 9,
    seconds: [
      second(7_000, { paid: 1, latencyMs: { p50: 1, p99: 1 } }),
      second(8_000, {
        held: 11,
        revenue: -200,
        outcomes: { seat_taken: 1, contended: 0 },
        latencyMs: { p50: 6, p99: 9 },
        groups: 3,
        groupSize: { mean: 2, max: 3 },
      }),
    ],
  };
  expect(sumOfActivities([one, other])).toEqual({
    at: new Date(10_900),
    uptimeSeconds: 9,
    strategies,
    waiting: 2,
    watchers: 4,
    inFlight: { attempts: 3, oldestSeconds: 2.5 },
    pool: { total: 6, idle: 4, waiting: 2 },
    seconds: [
      second(7_000, { paid: 1, latencyMs: { p50: 1, p99: 1 } }),
      second(8_000, {
        held: 14,
        revenue: 500,
        outcomes: { seat_taken: 2, contended: 0 },
        // 4 answers at 2 ms and 12 at 6 ms.
        latencyMs: { p50: 5, p99: 9 },
        groups: 4,
        groupSize: { mean: 2.5, max: 4 },
      }),
    ],
  });
});

it('of one process is its own', () => {
  expect(sumOfActivities([idle])).toEqual(idle);
});
