/** Which members share a lane: groups in flight do not want the same seats. Every promise has its control. */
import { describe, expect, it } from 'vitest';
import { createGate } from '../../../test/support/gate.ts';
import { handClock } from '../../../test/support/hand-clock.ts';
import { createRandom } from '../../load/random.ts';
import { createScheduler, GROUP_DEFAULTS } from './scheduler.ts';
import type { GroupWork } from './scheduler.ts';

const POINT = 'hold: between read and write';

/** Members name the seats that they want, a letter each. */
function workOf(
  attempt: (members: readonly string[]) => Promise<readonly string[]>,
): GroupWork<string, string> {
  return {
    shardOf: () => 'hall',
    rowsOf: (member) => member.split(''),
    exclusiveOf: (member) => member.split(''),
    known: () => undefined,
    attempt: async (members) => (await attempt(members)).map((answer) => ({ answer })),
    remedyFor: () => 'fail',
    contended: (cause) => cause,
    overloaded: () => 'overloaded',
  };
}

/** Submits these while a group wants the seats a to d; returns the groups in the order in which they began. */
async function groupsOf(
  members: readonly string[],
  changes: Partial<GroupWork<string, string>> = {},
): Promise<readonly string[]> {
  const gate = createGate();
  const groups: string[] = [];
  const work = workOf(async (group) => {
    groups.push(group.join(' '));
    await gate.racePoint(POINT);
    return group;
  });
  const limits = { ...GROUP_DEFAULTS, groupSizeMax: 4, lanesMax: 2 };
  const scheduler = createScheduler({ ...work, ...changes }, limits, handClock());
  const answers = ['a', 'b', 'c', 'd'].map((member) => scheduler.submit(member));
  await gate.arrived(1);
  answers.push(...members.map((member) => scheduler.submit(member)));
  await Promise.resolve();
  groups.push('while the first is in flight');
  gate.open();
  await Promise.all(answers);
  return groups;
}

describe('a second lane', () => {
  it('begins for a whole group that wants other seats, and leaves the rest in its order', async () => {
    expect(await groupsOf(['e', 'a', 'f', 'g', 'b', 'h', 'i'])).toEqual([
      'a b c d',
      'e f g h',
      'while the first is in flight',
      'a b i',
    ]);
  });

  it('does not begin for fewer, but (control) does where seats are not asked', async () => {
    const members = ['e', 'a', 'f', 'g'];
    const alone = ['a b c d', 'while the first is in flight', 'e a f g'];
    expect(await groupsOf(members)).toEqual(alone);
    expect(await groupsOf(members, { exclusiveOf: () => [] })).toEqual([
      'a b c d',
      'e a f g',
      'while the first is in flight',
    ]);
  });

  it('begins when enough have come, however often it has looked before', async () => {
    const many = 'abcdabcdabcdefgabcdh'.split('');
    expect((await groupsOf(many))[1]).toBe('e f g h');
  });

  it('takes nobody who wants the same seat as one that it leaves', async () => {
    // "ae" is left behind "a"; "ef" came after it and must not get e first, nor "f" before "ef".
    expect(await groupsOf(['ae', 'ef', 'f', 'g', 'h', 'i', 'j'])).toEqual([
      'a b c d',
      'g h i j',
      'while the first is in flight',
      'ae ef f',
    ]);
  });
});

it('answers without a transaction, when their group forms, those whose answer the groups before have made known', async () => {
  const taken = new Set<string>();
  const known = (member: string): string | undefined => (taken.has(member) ? 'taken' : undefined);
  const gate = createGate();
  const groups: string[] = [];
  const work = workOf(async (group) => {
    groups.push(group.join(' '));
    await gate.racePoint(POINT);
    for (const seat of group) taken.add(seat);
    return group.map(() => 'held');
  });
  const limits = { ...GROUP_DEFAULTS, groupSizeMax: 2, lanesMax: 1 };
  const scheduler = createScheduler({ ...work, known }, limits, handClock());
  const first = ['a', 'b'].map((seat) => scheduler.submit(seat));
  await gate.arrived(1);
  const second = ['a', 'b', 'a', 'c', 'd'].map((seat) => scheduler.submit(seat));
  gate.open();
  expect(await Promise.all([...first, ...second])).toEqual([
    'held',
    'held',
    'taken',
    'taken',
    'taken',
    'held',
    'held',
  ]);
  // A whole group in spite of them.
  expect(groups).toEqual(['a b', 'c d']);
});

/**
 * Sells a hall to a crowd that keeps 32 requests in flight, whose groups have at most 16 members. Counts the statements that
 * groups of holds would take: four each, and two more with members that lost to another group.
 */
async function statementsToSell(changes: Partial<GroupWork<string, string>> = {}): Promise<number> {
  const seats = 500;
  const random = createRandom(1, 'crowd');
  const free = new Set(Array.from({ length: seats }, (_, seat) => String(seat)));
  let statements = 0;
  const work: GroupWork<string, string> = {
    ...workOf(async (group) => {
      // A round trip, during which the callers of the other lane go on.
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      const wanted = new Set(group);
      const won = [...wanted].filter((seat) => free.delete(seat));
      statements += won.length < wanted.size ? 6 : 4;
      return group.map((seat) => (won.includes(seat) ? 'held' : 'taken'));
    }),
    exclusiveOf: (seat) => [seat],
    known: (seat) => (free.has(seat) ? undefined : 'taken'),
  };
  const limits = { ...GROUP_DEFAULTS, groupSizeMax: 16, lanesMax: 2 };
  const scheduler = createScheduler({ ...work, ...changes }, limits, handClock());
  const caller = async (): Promise<void> => {
    while (free.size > 0) {
      const seat = String(Math.floor(random.next() * seats));
      if (free.has(seat)) await scheduler.submit(seat);
    }
  };
  await Promise.all(Array.from({ length: 32 }, caller));
  return statements;
}

it('sells a hall to a crowd by fewer statements than (control) lanes that want the same seats', async () => {
  // 500 seats by 16 at a time are 32 groups, 128 statements.
  expect(await statementsToSell()).toBeLessThanOrEqual(1.1 * 128);
  expect(await statementsToSell({ exclusiveOf: () => [] })).toBeGreaterThan(1.25 * 128);
});
