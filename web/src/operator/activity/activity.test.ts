import { describe, expect, test } from 'vitest';
import type { Activity, ActivitySecond } from '../answers.ts';
import { columnsOf, highestBetween, lastOf, NO_GAUGES, stretchesOf, withMoment } from './series.ts';

const START = Date.parse('2030-05-01T10:00:00.000Z');

function second(afterSeconds: number, members: Partial<ActivitySecond> = {}): ActivitySecond {
  return {
    at: new Date(START + afterSeconds * 1000).toISOString(),
    held: 0,
    paid: 0,
    toppedUp: 0,
    refunded: 0,
    released: 0,
    revenue: 0,
    outcomes: {},
    latencyMs: null,
    groups: 0,
    groupSize: null,
    ...members,
  };
}

function activity(
  afterSeconds: number,
  seconds: readonly ActivitySecond[],
  now: Activity['now'] = {
    waiting: 0,
    pool: { total: 10, idle: 10, waiting: 0 },
    watchers: 0,
    inFlight: { attempts: 0, oldestSeconds: 0 },
  },
): Activity {
  const strategies = { topUp: 'atomic', hold: 'optimistic', pay: 'optimistic' };
  const at = new Date(START + afterSeconds * 1000).toISOString();
  return { at, process: { uptimeSeconds: 60, strategies }, now, seconds: [...seconds] };
}

describe('the seconds as columns', () => {
  test('a second without requests is 0 sold, and nothing measured', () => {
    const measured = { latencyMs: { p50: 4, p99: 20 }, groupSize: { mean: 3, max: 8 } };
    const columns = columnsOf(
      activity(3.2, [second(0, { held: 5, ...measured }), second(2, { held: 7 })]),
      3,
    );
    expect(columns.at).toEqual([START / 1000, START / 1000 + 1, START / 1000 + 2]);
    expect(columns.held).toEqual([5, 0, 7]);
    expect(columns.latencyMsP99).toEqual([20, null, null]);
    expect(columns.groupSizeMax).toEqual([8, null, null]);
  });

  test('the second that still runs is not shown', () => {
    const columns = columnsOf(activity(2.9, [second(1, { paid: 9 }), second(2, { paid: 1 })]), 2);
    expect(columns.paid).toEqual([0, 9]);
  });

  test('refusals by code, without the successes, in an order that stays', () => {
    const seconds = [
      second(0, { outcomes: { seat_taken: 4, ok: 100 } }),
      second(1, { outcomes: { contended: 1 } }),
    ];
    const { refusals } = columnsOf(activity(2, seconds), 2);
    expect(refusals).toEqual({ contended: [0, 1], seat_taken: [4, 0] });
    expect(Object.keys(refusals)).toEqual(['contended', 'seat_taken']);
  });

  test('a refusal that has left the window is forgotten', () => {
    const { refusals } = columnsOf(activity(10, [second(0, { outcomes: { seat_taken: 4 } })]), 5);
    expect(refusals).toEqual({});
  });
});

describe('stretches of the window', () => {
  const seconds = [
    second(0, { held: 1, latencyMs: { p50: 1, p99: 90 } }),
    second(1, { held: 2, revenue: 100, outcomes: { seat_taken: 3, contended: 1 } }),
    second(2, { held: 4, latencyMs: { p50: 2, p99: 30 } }),
    second(3, { held: 8, latencyMs: { p50: 9, p99: 40 } }),
  ];
  const columns = columnsOf(activity(4, seconds), 4);

  test('sum what is counted and keep the worst of what is measured', () => {
    expect(lastOf(columns, 2)).toMatchObject({ held: 12, latencyMsP50: 9, latencyMsP99: 40, refused: 0 });
    expect(lastOf(columns, 60)).toMatchObject({
      held: 15,
      revenue: 100,
      refused: 4,
      refusals: [
        ['seat_taken', 3],
        ['contended', 1],
      ],
      latencyMsP99: 90,
    });
    expect(lastOf(columns, 2).refusals).toEqual([]);
  });

  test('come newest first, whole ones only', () => {
    expect(stretchesOf(columns, 3).map(({ at, held }) => [at - START / 1000, held])).toEqual([[1, 14]]);
    expect(stretchesOf(columns, 2).map(({ held }) => held)).toEqual([12, 3]);
  });
});

describe('what the page remembers of moments', () => {
  const now = (waiting: number): Activity['now'] => ({
    waiting,
    inFlight: { attempts: 0, oldestSeconds: 0 },
    pool: { total: 10, idle: 4, waiting: waiting + 1 },
    watchers: 7,
  });

  test('grows and forgets what left the window', () => {
    let gauges = NO_GAUGES;
    for (const at of [0, 1, 2, 3]) gauges = withMoment(gauges, activity(at, [], now(at)), 2);
    expect(gauges.waiting).toEqual([2, 3]);
    expect(gauges.poolWaiting).toEqual([3, 4]);
    expect(gauges.poolBusy).toEqual([6, 6]);
    expect(gauges.at.at(-1)).toBe(START / 1000 + 3);
  });

  test('an answer that comes late is left out, and time that stood still leaves one moment', () => {
    let gauges = withMoment(NO_GAUGES, activity(5, [], now(1)));
    gauges = withMoment(gauges, activity(4, [], now(2)));
    gauges = withMoment(gauges, activity(5, [], now(3)));
    expect(gauges.waiting).toEqual([1]);
  });

  test('the highest of a stretch, or nothing where nothing was seen', () => {
    let gauges = NO_GAUGES;
    for (const at of [0, 1, 2]) gauges = withMoment(gauges, activity(at, [], now(5 - at)));
    expect(highestBetween(gauges, START / 1000 + 1, 10)).toEqual({
      waiting: 4,
      poolWaiting: 5,
      poolBusy: 6,
      watchers: 7,
    });
    expect(highestBetween(gauges, START / 1000 + 3, 10)).toBeUndefined();
  });

  test('after a long sleep only the new moment is left', () => {
    const gauges = withMoment(withMoment(NO_GAUGES, activity(0, [], now(1))), activity(9_000, [], now(2)));
    expect(gauges.waiting).toEqual([2]);
  });
});
