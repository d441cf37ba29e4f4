/**
 * Explores interleavings of arrivals, transactions, failures, splits, deadlines, slow rows and shutdown. A
 * failing schedule prints its seed and path; `fc.assert(…, { seed, path })` plays it again.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handClock } from '../../../test/support/hand-clock.ts';
import { createScheduler } from './scheduler.ts';
import type { Decision, GroupLimits, GroupWork, Remedy } from './scheduler.ts';

interface Member {
  readonly id: number;
  readonly shard: string;
  readonly row: string;
  /** What it wants that no two groups in flight may want. */
  readonly exclusive: readonly number[];
  /** Its transaction fails whenever it is in it. */
  readonly poison: boolean;
}

/** What happens to a transaction, taken in turn from a list. */
type Fault = 'none' | 'deadlock' | 'connection';

class Failure extends Error {
  readonly remedy: Remedy;
  constructor(remedy: Remedy) {
    super(remedy);
    this.remedy = remedy;
  }
}

const LIMITS: GroupLimits = { groupSizeMax: 4, lanesMax: 2, queueMax: 1_000, deadlineMs: 1_000 };

/** A database that decides when the schedule says so, and watches what it is asked. */
function watchedWork(
  s: fc.Scheduler,
  faults: readonly Fault[],
  slowRow: { locked: boolean; unseen?: boolean },
) {
  const seen = { transactions: 0, inFlight: new Map<string, number>(), most: 0, committed: [] as number[] };
  const exclusive = new Map<string, number>();
  const work: GroupWork<Member, string> = {
    shardOf: (member) => member.shard,
    rowsOf: (member) => [member.row],
    exclusiveOf: (member) => member.exclusive,
    known: () => undefined,
    attempt: async (members, wait) => {
      const shard = members[0]!.shard;
      expect(new Set(members.map((member) => member.shard)).size, 'one shard').toBe(1);
      expect(members.length).toBeLessThanOrEqual(LIMITS.groupSizeMax);
      const fault = faults[seen.transactions % Math.max(1, faults.length)] ?? 'none';
      seen.transactions += 1;
      const inFlight = (seen.inFlight.get(shard) ?? 0) + 1;
      seen.inFlight.set(shard, inFlight);
      seen.most = Math.max(seen.most, inFlight);
      // The first attempt of a fast lane: the one for slow rows is apart.
      const wanted = new Set(wait === 'briefly' ? members.flatMap((member) => member.exclusive) : []);
      for (const each of wanted) {
        const name = `${shard} ${each}`;
        exclusive.set(name, (exclusive.get(name) ?? 0) + 1);
        expect(exclusive.get(name), 'groups in flight that want it').toBe(1);
      }
      try {
        await s.schedule(Promise.resolve(), `transaction ${members.map((member) => member.id).join(' ')}`);
        if (fault === 'deadlock') throw new Failure('repeat');
        if (fault === 'connection') throw new Failure('fail');
        const waits = slowRow.locked && members.some((member) => member.row === 'slow');
        if (waits && (wait !== 'not' || slowRow.unseen === true)) throw new Failure('pass-over');
        if (members.some((member) => member.poison)) throw new Failure('split');
        return members.map((member): Decision<string> => {
          if (slowRow.locked && member.row === 'slow') return { left: true };
          seen.committed.push(member.id);
          return { answer: 'done' };
        });
      } finally {
        seen.inFlight.set(shard, seen.inFlight.get(shard)! - 1);
        for (const each of wanted) exclusive.set(`${shard} ${each}`, 0);
      }
    },
    remedyFor: (error) => (error instanceof Failure ? error.remedy : 'split'),
    contended: (cause) => `contended ${cause}`,
    overloaded: () => 'overloaded',
  };
  return { work, seen };
}

const member = fc.record({
  shard: fc.constantFrom('a', 'b'),
  row: fc.constantFrom('one', 'two', 'slow'),
  exclusive: fc.array(fc.nat(30), { maxLength: 2 }),
  poison: fc.boolean().map((poison) => poison),
});
const faultList = fc.array(fc.constantFrom<Fault>('none', 'none', 'none', 'deadlock', 'connection'), {
  maxLength: 6,
});

const course = fc.record({
  given: fc.array(member, { minLength: 1, maxLength: 16 }),
  faults: faultList,
  /** What passes at each arrival and transaction, taken in turn. */
  passingMs: fc.array(fc.constantFrom(0, 0, 0, 300, 700, 1_200), { maxLength: 6 }),
  /** Before which arrival the shutdown begins; after the last one if none. */
  drainsAt: fc.option(fc.nat(15), { nil: undefined }),
  locked: fc.boolean(),
  unseen: fc.boolean(),
});

/** All answers that a member can get. */
const ANSWERS = [
  'done',
  'overloaded',
  'contended deadline',
  'contended locked',
  'contended repeated',
  'failed split',
  'failed fail',
];

/** Lets time pass at each arrival and in each transaction, however that ends. */
function passTime(work: GroupWork<Member, string>, passingMs: readonly number[]) {
  const clock = handClock();
  const deadlineAtMs: number[] = [];
  const decidedLate: number[] = [];
  let passed = 0;
  const pass = (): void => {
    clock.move(passingMs[passed % Math.max(1, passingMs.length)] ?? 0);
    passed += 1;
  };
  const timed: GroupWork<Member, string> = {
    ...work,
    attempt: async (members, wait, repeats) => {
      const late = members.filter(({ id }) => deadlineAtMs[id]! <= clock.nowMs());
      if (wait === 'briefly' && repeats === 0) decidedLate.push(...late.map(({ id }) => id));
      try {
        return await work.attempt(members, wait, repeats);
      } finally {
        pass();
      }
    },
  };
  /** Notes the next member; says whether its time is up. */
  const arrived = (): (() => boolean) => {
    pass();
    const atMs = clock.nowMs() + LIMITS.deadlineMs;
    deadlineAtMs.push(atMs);
    return () => atMs <= clock.nowMs();
  };
  return { clock, arrived, timed, decidedLate };
}

describe('the group scheduler, over many schedules', () => {
  it('answers every member exactly once, whatever happens and however long it takes, and keeps its bounds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), course, async (s, { given, faults, passingMs, drainsAt, ...slow }) => {
        const members = given.map((each, id) => ({ ...each, id, poison: each.poison && id % 5 === 0 }));
        const slowRow = { ...slow };
        const { work, seen } = watchedWork(s, faults, slowRow);
        const { clock, arrived, timed, decidedLate } = passTime(work, passingMs);
        const scheduler = createScheduler(timed, LIMITS, clock);
        const settled: { readonly id: number; readonly answer: string; readonly isLate: boolean }[] = [];
        let drained: Promise<void> | undefined;
        const arrivals = s.scheduleSequence(
          members.map(({ id }) => ({
            label: `arrival ${id}`,
            builder: async () => {
              if (id === drainsAt) drained = scheduler.drain();
              const isLate = arrived();
              const settle = (answer: string): void => void settled.push({ id, answer, isLate: isLate() });
              scheduler
                .submit(members[id]!)
                .then(settle, (error: Error) => settle(`failed ${error.message}`));
            },
          })),
        );
        await s.waitFor(arrivals.task);
        slowRow.locked = false;
        await s.waitFor(drained ?? scheduler.drain());
        expect(settled.map(({ id }) => id).sort((a, b) => a - b)).toEqual(members.map(({ id }) => id));
        for (const { id, answer, isLate } of settled) {
          const { poison, row } = members[id]!;
          expect(ANSWERS).toContain(answer);
          expect(seen.committed.filter((done) => done === id)).toHaveLength(answer === 'done' ? 1 : 0);
          expect(answer === 'overloaded', 'after the drain began').toBe(id >= (drainsAt ?? members.length));
          if (answer === 'failed split') expect(poison, 'only the member that is the cause fails').toBe(true);
          if (poison) expect(answer).not.toBe('done');
          if (answer === 'contended locked') expect(row).toBe('slow');
          if (answer === 'contended deadline') expect(isLate).toBe(true);
        }
        expect(decidedLate, 'whose time was up before its transaction').toEqual([]);
        // The lanes, and the one apart for slow rows.
        expect(seen.most).toBeLessThanOrEqual(LIMITS.lanesMax + 1);
        expect(await scheduler.submit(members[0]!)).toBe('overloaded');
        expect(scheduler.waiting).toBe(0);
      }),
      { numRuns: 6_000 },
    );
  });

  it('decides in the order of arrival in one lane', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 15 }), async (s, count) => {
        const { work, seen } = watchedWork(s, [], { locked: false });
        const scheduler = createScheduler(work, { ...LIMITS, lanesMax: 1 }, handClock());
        const members = Array.from({ length: count }, (_, id) => ({
          id,
          shard: 'a',
          row: 'one',
          exclusive: [],
          poison: false,
        }));
        const answers: Promise<string>[] = [];
        const arrivals = s.scheduleSequence(
          members.map((each) => async () => {
            answers.push(scheduler.submit(each));
          }),
        );
        await s.waitFor(arrivals.task);
        await s.waitFor(Promise.all(answers));
        expect(seen.committed).toEqual(members.map((each) => each.id));
      }),
      { numRuns: 2_000 },
    );
  });

  it('dismisses members that have waited too long, and no others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 2, max: 12 }),
        fc.nat(11),
        async (s, count, late) => {
          const clock = handClock();
          const { work } = watchedWork(s, [], { locked: false });
          const scheduler = createScheduler(work, { ...LIMITS, lanesMax: 1 }, clock);
          const arrivedAt: number[] = [];
          const answers: Promise<string>[] = [];
          for (let id = 0; id < count; id += 1) {
            arrivedAt.push(clock.nowMs());
            answers.push(scheduler.submit({ id, shard: 'a', row: 'one', exclusive: [], poison: false }));
            if (id === late) clock.move(600);
          }
          clock.move(500);
          await s.waitFor(Promise.all(answers));
          const outcomes = await Promise.all(answers);
          outcomes.forEach((outcome, id) => {
            const inTime = arrivedAt[id]! + LIMITS.deadlineMs > clock.nowMs();
            if (inTime) expect(outcome).toBe('done');
            else expect(outcome === 'done' || outcome === 'contended deadline').toBe(true);
          });
          // The group that was in flight is not called back; nobody else whose time was up was decided.
          expect(
            outcomes.filter(
              (outcome, id) => outcome === 'done' && arrivedAt[id]! + LIMITS.deadlineMs <= clock.nowMs(),
            ).length,
          ).toBeLessThanOrEqual(LIMITS.groupSizeMax);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('decides every member whose rows are free, when the row that is locked is invisible', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 16 }), fc.nat(15), async (s, count, at) => {
        const slowRow = { locked: true, unseen: true };
        const { work } = watchedWork(s, [], slowRow);
        const scheduler = createScheduler(work, { ...LIMITS, lanesMax: 1 }, handClock());
        const answers = Array.from({ length: count }, (_, id) =>
          scheduler.submit({
            id,
            shard: 'a',
            row: id === at % count ? 'slow' : 'one',
            exclusive: [],
            poison: false,
          }),
        );
        await s.waitFor(Promise.all(answers.filter((_, id) => id !== at % count)));
        slowRow.locked = false;
        await s.waitFor(Promise.all(answers));
        const outcomes = await Promise.all(answers);
        outcomes.forEach((outcome, id) => {
          if (id === at % count) expect(['done', 'contended locked']).toContain(outcome);
          else expect(outcome).toBe('done');
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('isolates a member that is the cause in at most 2n - 1 transactions', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 16 }), fc.nat(15), async (s, count, at) => {
        const { work, seen } = watchedWork(s, [], { locked: false });
        const sized: GroupWork<Member, string> = {
          ...work,
          attempt: async (members) => {
            seen.transactions += 1;
            await s.schedule(Promise.resolve());
            if (members.some((each) => each.poison)) throw new Failure('split');
            return members.map(() => ({ answer: 'done' }));
          },
        };
        const scheduler = createScheduler(sized, { ...LIMITS, groupSizeMax: 16, lanesMax: 1 }, handClock());
        const answers = Array.from({ length: count }, (_, id) =>
          scheduler
            .submit({ id, shard: 'a', row: 'one', exclusive: [], poison: id === at % count })
            .catch((error: Error) => error.message),
        );
        await s.waitFor(Promise.all(answers));
        const outcomes = await Promise.all(answers);
        expect(outcomes.filter((outcome) => outcome === 'split')).toHaveLength(1);
        expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(count - 1);
        expect(seen.transactions).toBeLessThanOrEqual(2 * count - 1);
      }),
      { numRuns: 1_000 },
    );
  });
});
