import { describe, expect, it } from 'vitest';
import type { Activity } from './activity.ts';
import { createActivity } from './activity.ts';

/** A whole second: 2026-05-01T10:00:00Z. */
const START_MS = 1_777_629_600_000;

interface Watched {
  readonly activity: Activity;
  /** Answers this after the given milliseconds. */
  readonly answer: (
    answer: { readonly outcome: string; readonly amount?: number },
    ms?: number,
  ) => Promise<void>;
  readonly fail: () => Promise<void>;
  readonly pass: (ms: number) => void;
}

function watch(): Watched {
  let nowMs = START_MS;
  const activity = createActivity({ clockMs: () => nowMs });
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  const work = activity.counted(
    'hold',
    async ({ answer, ms }: { answer: { outcome: string }; ms: number }) => {
      pass(ms);
      return answer;
    },
  );
  const failing = activity.counted('hold', async () => {
    throw new Error('a fault');
  });
  return {
    activity,
    pass,
    answer: async (answer, ms = 0) => void (await work({ answer, ms })),
    fail: () =>
      expect(failing(undefined))
        .rejects.toThrow('a fault')
        .then(() => undefined),
  };
}

describe('the activity', () => {
  it('counts answers and their latencies by second', async () => {
    const { activity, answer, fail, pass } = watch();
    await answer({ outcome: 'held' }, 2);
    await answer({ outcome: 'held' }, 2);
    await answer({ outcome: 'seat_taken' }, 50);
    await answer({ outcome: 'topped_up', amount: 900 }, 2);
    pass(1_000);
    await answer({ outcome: 'paid', amount: 700 }, 4);
    await answer({ outcome: 'paid', amount: 300 }, 4);
    await answer({ outcome: 'refunded', amount: 300 }, 4);
    await answer({ outcome: 'released' }, 4);
    await fail();
    const { seconds, ...now } = activity.report();
    expect(now).toEqual({ at: new Date(START_MS + 1_072), uptimeSeconds: 1, waiting: 0, watchers: 0 });
    const none = { held: 0, paid: 0, toppedUp: 0, refunded: 0, released: 0, revenue: 0, groups: 0 };
    expect(seconds).toEqual([
      {
        ...none,
        at: new Date(START_MS),
        held: 2,
        toppedUp: 1,
        outcomes: { seat_taken: 1 },
        latencyMs: { p50: expect.closeTo(2, 1), p99: expect.closeTo(50, -1) },
        groupSize: undefined,
      },
      {
        ...none,
        at: new Date(START_MS + 1_000),
        paid: 2,
        refunded: 1,
        released: 1,
        revenue: 700,
        outcomes: { internal: 1 },
        latencyMs: { p50: expect.closeTo(4, 1), p99: expect.closeTo(4, 1) },
        groupSize: undefined,
      },
    ]);
  });

  it('passes the answer on unchanged', async () => {
    const { activity } = watch();
    const answer = { outcome: 'held', seats: [1] };
    expect(await activity.counted('hold', async (_request: number) => answer)(1)).toBe(answer);
  });

  it('counts an answer when it is given, not when the request came', async () => {
    const { activity, answer } = watch();
    await answer({ outcome: 'held' }, 2_500);
    expect(activity.report().seconds).toMatchObject([{ at: new Date(START_MS + 2_000), held: 1 }]);
  });

  it('counts groups and their sizes', () => {
    const { activity, pass } = watch();
    for (const size of [1, 5, 3]) activity.groupDecided(size);
    pass(1_000);
    activity.groupDecided(8);
    expect(activity.report().seconds).toMatchObject([
      { groups: 3, groupSize: { mean: 3, max: 5 }, latencyMs: undefined },
      { groups: 1, groupSize: { mean: 8, max: 8 } },
    ]);
  });

  it('reports the present values of its inputs', () => {
    const activity = createActivity({ waiting: () => 7, watchers: () => 9 });
    expect(activity.report()).toMatchObject({ waiting: 7, watchers: 9 });
  });

  it('leaves out seconds without an answer', async () => {
    const { activity, answer, pass } = watch();
    pass(5_000);
    await answer({ outcome: 'held' });
    pass(7_000);
    await answer({ outcome: 'held' });
    pass(60_000);
    expect(activity.report().seconds.map(({ at }) => at.getTime() - START_MS)).toEqual([5_000, 12_000]);
  });

  it('forgets seconds older than five minutes, and keeps them apart from later ones', async () => {
    const { activity, answer, pass } = watch();
    await answer({ outcome: 'held' }, 3);
    pass(299_000 - 3);
    expect(activity.report().seconds).toHaveLength(1);
    pass(1_000);
    expect(activity.report().seconds).toEqual([]);
    // The row of the first second is reused.
    await answer({ outcome: 'paid', amount: 10 }, 5);
    expect(activity.report().seconds).toMatchObject([
      {
        at: new Date(START_MS + 300_000),
        held: 0,
        paid: 1,
        revenue: 10,
        latencyMs: { p50: expect.closeTo(5, 1) },
      },
    ]);
  });

  it('reports at most five minutes, however long it was busy', async () => {
    const { activity, answer, pass } = watch();
    for (let second = 0; second < 1_000; second += 1) {
      await answer({ outcome: 'held' });
      pass(1_000);
    }
    const { seconds } = activity.report();
    expect(seconds).toHaveLength(299);
    expect(seconds.every(({ held }) => held === 1)).toBe(true);
    expect(seconds.at(-1)?.at).toEqual(new Date(START_MS + 999_000));
  });

  it('survives a clock that stops, and a latency beyond the scale', async () => {
    const { activity, answer } = watch();
    await answer({ outcome: 'held' }, 0);
    await answer({ outcome: 'held' }, 0.0001);
    await answer({ outcome: 'held' }, 3_600_000);
    expect(activity.report().seconds).toMatchObject([{ latencyMs: { p50: expect.closeTo(600_000, -4) } }]);
  });
});
