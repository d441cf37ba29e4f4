/** What the schedules of `scheduler.prop.test.ts` do not come upon. */
import { expect, it } from 'vitest';
import { createGate } from '../../../test/support/gate.ts';
import { handClock } from '../../../test/support/hand-clock.ts';
import { createScheduler } from './scheduler.ts';
import type { Decision, GroupLimits, GroupWork, Wait } from './scheduler.ts';

const LIMITS: GroupLimits = { groupSizeMax: 4, lanesMax: 2, queueMax: 1_000, deadlineMs: 1_000 };
const POINT = 'hold: between read and write';

class RowLocked extends Error {}

/** Members name the row that they want; the answers name what became of them. */
function workOf(
  attempt: (rows: readonly string[], wait: Wait) => Promise<readonly Decision<string>[]>,
): GroupWork<string, string> {
  return {
    shardOf: () => 'a',
    rowsOf: (row) => [row],
    exclusiveOf: () => [],
    known: () => undefined,
    attempt,
    remedyFor: (error) => (error instanceof RowLocked ? 'pass-over' : 'fail'),
    contended: (cause) => cause,
    overloaded: () => 'overloaded',
  };
}

const done = (rows: readonly string[]): readonly Decision<string>[] =>
  rows.map((row) => ({ answer: `done ${row}` }));

it('has room for a number of members and answers overloaded to the next', async () => {
  const gate = createGate();
  const work = workOf(async (rows) => {
    await gate.racePoint(POINT);
    return done(rows);
  });
  const scheduler = createScheduler(work, { ...LIMITS, queueMax: 2 }, handClock());
  const first = scheduler.submit('1');
  await gate.arrived(1);
  const answers = [first, ...['2', '3', '4'].map((row) => scheduler.submit(row))];
  expect(scheduler.waiting).toBe(2);
  gate.open();
  expect(await Promise.all(answers)).toEqual(['done 1', 'done 2', 'done 3', 'overloaded']);
});

it('answers a member that waits behind a transaction that does not end when its time is up', async () => {
  const gate = createGate();
  const work = workOf(async (rows) => {
    await gate.racePoint(POINT);
    return done(rows);
  });
  const clock = handClock();
  const scheduler = createScheduler(work, LIMITS, clock);
  void scheduler.submit('first');
  await gate.arrived(1);
  const second = scheduler.submit('second');
  clock.move(LIMITS.deadlineMs);
  expect(await second).toBe('deadline');
});

it('takes up no member whose own time is up, wherever it is in the line', async () => {
  const gate = createGate();
  const decided: (readonly string[])[] = [];
  const work = workOf(async (rows) => {
    decided.push(rows);
    await gate.racePoint(POINT);
    return done(rows);
  });
  const clock = handClock();
  const scheduler = createScheduler(work, LIMITS, clock);
  const first = scheduler.submit('first');
  await gate.arrived(1);
  const answers = [scheduler.submit('second'), scheduler.submit('late', 100), scheduler.submit('third')];
  clock.move(100);
  gate.open();
  expect(await Promise.all([first, ...answers])).toEqual([
    'done first',
    'done second',
    'deadline',
    'done third',
  ]);
  expect(decided).toEqual([['first'], ['second', 'third']]);
});

it('does not wait for the end of a long turn of the event loop', () => {
  const turns: (() => void)[] = [];
  const clock = { ...handClock(), soon: (callback: () => void) => void turns.push(callback) };
  const decided: (readonly string[])[] = [];
  const work = workOf(async (rows) => {
    decided.push(rows);
    return done(rows);
  });
  const scheduler = createScheduler(work, LIMITS, clock);
  for (const ms of [0, 4]) {
    clock.move(ms);
    void scheduler.submit(`after ${ms} ms`);
  }
  expect(decided).toEqual([]);
  clock.move(1);
  void scheduler.submit('after 5 ms');
  expect(decided).toEqual([['after 0 ms', 'after 4 ms', 'after 5 ms']]);
  expect(turns).toHaveLength(1);
});

it('drains for every caller, however often', async () => {
  const gate = createGate();
  const work = workOf(async (rows) => {
    await gate.racePoint(POINT);
    return done(rows);
  });
  const scheduler = createScheduler(work, LIMITS, handClock());
  const answer = scheduler.submit('row');
  await gate.arrived(1);
  const drained = Promise.all([scheduler.drain(), scheduler.drain()]);
  gate.open();
  expect(await answer).toBe('done row');
  await drained;
});

it('keeps a row that others have locked for long out of the fast lanes', async () => {
  const lock = createGate();
  const waits: string[] = [];
  const work = workOf(async (rows, wait) => {
    waits.push(`${wait} ${rows.join(' ')}`);
    const isSlow = rows.includes('slow');
    if (isSlow && wait === 'briefly') throw new RowLocked();
    if (isSlow && wait === 'fully') await lock.racePoint(POINT);
    return rows.map((row) => (row === 'slow' && wait === 'not' ? { left: true } : { answer: `done ${row}` }));
  });
  const scheduler = createScheduler(work, LIMITS, handClock());
  const slow = scheduler.submit('slow');
  expect(await scheduler.submit('quick')).toBe('done quick');
  const second = scheduler.submit('slow');
  expect(await scheduler.submit('quick')).toBe('done quick');
  lock.open();
  expect(await Promise.all([slow, second])).toEqual(['done slow', 'done slow']);
  expect(waits.filter((wait) => wait.startsWith('briefly') && wait.includes('slow'))).toHaveLength(1);
});
