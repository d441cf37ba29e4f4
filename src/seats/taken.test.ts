import { describe, expect, it } from 'vitest';
import { until } from '../../test/support/gate.ts';
import { EMPTY_SNAPSHOT } from './changes.ts';
import type { SeatChanges } from './changes.ts';
import type { Sighting } from './claims.ts';
import { createHalls } from './halls.ts';
import { createTakenSeats } from './taken.ts';
import type { Wanted } from './taken.ts';

const HALL = 'hall';

function wanting(seats: readonly number[], accountId = 'ben', reservationId = 'of-ben'): Wanted {
  return { performanceId: HALL, seats, accountId, reservationId };
}

function sighting(seat: number, more: Partial<Sighting> = {}): Sighting {
  return { seat, reservationId: 'of-anna', accountId: 'anna', msLeft: 60_000, ...more };
}

/** What an observation finds: the seats that reservations have taken, and free seats. */
interface Found {
  readonly snapshot?: string;
  readonly epoch?: number;
  readonly taken?: readonly Sighting[];
  readonly free?: readonly number[];
}

const AT_MS = 1_777_600_000_000;

function changesOf({ snapshot = '9:9:', epoch = 1, taken = [], free = [] }: Found): SeatChanges {
  const at = new Date(AT_MS);
  return {
    snapshot,
    epoch,
    at,
    revision: 1,
    sale: { saleState: 'open', opensAt: at, closesAt: null },
    numbers: [...taken.map(({ seat }) => seat), ...free],
    states: 'h'.repeat(taken.length) + 'f'.repeat(free.length),
    heldUntilMs: [...taken.map(({ msLeft }) => AT_MS + msLeft), ...free.map(() => 0)],
    changedBy: [...taken, ...free].map(() => 1),
    reservationIds: taken.map(({ reservationId }) => reservationId),
  };
}

/** A memory whose clock and observations the test controls. */
function memoryInCrowd(crowd = 64) {
  const clock = { now: 1_000 };
  const readings: { since: string; withReservations: boolean; answer: (found: Found | Error) => void }[] = [];
  const nowMs = (): number => clock.now;
  const halls = createHalls({
    read: (_, since, withReservations) =>
      new Promise((resolve, reject) => {
        readings.push({
          since,
          withReservations,
          answer: (found) => (found instanceof Error ? reject(found) : resolve(changesOf(found))),
        });
      }),
    nowMs,
  });
  const memory = createTakenSeats(halls, nowMs);
  const come = (): void => {
    for (let i = 0; i < crowd; i += 1) memory.arrived(HALL);
  };
  come();
  return { memory, halls, clock, readings, come };
}

describe('the memory of taken seats', () => {
  it('remembers the claim of a seat for 200 ms, and refuses every other account', () => {
    const { memory, clock } = memoryInCrowd();
    memory.saw(HALL, [sighting(1)]);
    expect(memory.takenFrom(wanting([1, 2]))).toEqual([1]);
    expect(memory.takenFrom(wanting([1], 'anna'))).toEqual([]);
    expect(memory.takenFrom({ ...wanting([1]), performanceId: 'another' })).toEqual([]);
    clock.now += 200;
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    clock.now += 1;
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
  });

  it('refuses no request that made a reservation before: only the database has its first answer', () => {
    const { memory } = memoryInCrowd();
    memory.saw(HALL, [sighting(1, { reservationId: 'of-ben', accountId: 'ben' })]);
    memory.saw(HALL, [sighting(1)]);
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
    expect(memory.mayRefuse(wanting([1]))).toBe(false);
    expect(memory.takenFrom(wanting([1], 'cleo', 'of-cleo'))).toEqual([1]);
  });

  it('never refuses a duplicate of the winner, nor any request after the hold has expired', () => {
    const { memory, clock } = memoryInCrowd();
    memory.saw(HALL, [sighting(1, { msLeft: 50 })]);
    expect(memory.takenFrom(wanting([1], 'ben', 'of-anna'))).toEqual([]);
    clock.now += 49;
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    clock.now += 1;
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
  });

  it('is in a crowd only when many requests came lately', () => {
    const { memory, clock, come } = memoryInCrowd(63);
    expect(memory.mayRefuse(wanting([1]))).toBe(false);
    memory.arrived(HALL);
    expect(memory.mayRefuse(wanting([1]))).toBe(true);
    clock.now += 399;
    expect(memory.mayRefuse(wanting([1]))).toBe(true);
    clock.now += 1;
    expect(memory.mayRefuse(wanting([1]))).toBe(false);
    come();
    expect(memory.mayRefuse(wanting([1]))).toBe(false);
    expect(memory.mayRefuse({ ...wanting([1]), performanceId: 'another' })).toBe(false);
  });

  it('is fresh for the whole hall after one observation, which all waiting requests share', async () => {
    const { memory, clock, readings, come } = memoryInCrowd();
    memory.saw(HALL, [sighting(1), sighting(2), sighting(3)]);
    clock.now += 201;
    expect(memory.isWorthObserving(wanting([1]))).toBe(true);
    expect(memory.isWorthObserving(wanting([9]))).toBe(false);
    const both = [memory.observe(HALL), memory.observe(HALL)];
    expect(readings.map(({ since }) => since)).toEqual([EMPTY_SNAPSHOT]);
    readings[0]!.answer({ snapshot: '10:10:', taken: [sighting(1), sighting(2)], free: [3] });
    await Promise.all(both);
    expect(memory.takenFrom(wanting([1, 2, 3]))).toEqual([1, 2]);
    // The next observation reports only changes, and so confirms the rest.
    clock.now += 201;
    come();
    const next = memory.observe(HALL);
    expect(readings[1]!.since).toBe('10:10:');
    readings[1]!.answer({ free: [2] });
    await next;
    expect(memory.takenFrom(wanting([1, 2]))).toEqual([1]);
  });

  it('dates an observation from its beginning', async () => {
    const { memory, clock, readings } = memoryInCrowd();
    memory.saw(HALL, [sighting(1)]);
    const observation = memory.observe(HALL);
    clock.now += 150;
    readings[0]!.answer({ taken: [sighting(1)] });
    await observation;
    clock.now += 50;
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    clock.now += 1;
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
  });

  it('lets no observation confirm what only a group has seen, because groups may report late', async () => {
    const { memory, clock, readings } = memoryInCrowd();
    // The seat was sold and freed before the observation; the report of the sale arrives after it.
    const observation = memory.observe(HALL);
    readings[0]!.answer({ snapshot: '10:10:', free: [1] });
    await observation;
    memory.saw(HALL, [sighting(1)]);
    clock.now += 201;
    const next = memory.observe(HALL);
    readings[1]!.answer({ snapshot: '20:20:' });
    await next;
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
  });

  it('refuses no request for a seat whose account it does not know yet', async () => {
    const { memory, readings } = memoryInCrowd();
    const observation = memory.observe(HALL);
    readings[0]!.answer({ taken: [sighting(1)] });
    await observation;
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
    memory.saw(HALL, [sighting(1)]);
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
  });

  it('begins the next observation, once, when a request loses and the last is nearly too old', async () => {
    const { memory, clock, readings } = memoryInCrowd();
    memory.saw(HALL, [sighting(1)]);
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    expect(readings).toHaveLength(1);
    readings[0]!.answer({ taken: [sighting(1)] });
    await memory.observe(HALL);
    clock.now += 189;
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    expect(readings).toHaveLength(1);
    clock.now += 1;
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    expect(readings).toHaveLength(2);
  });

  it('forgets everything when the server begins a new life, and reads the whole hall again', async () => {
    const { memory, readings } = memoryInCrowd();
    memory.saw(HALL, [sighting(1)]);
    const first = memory.observe(HALL);
    readings[0]!.answer({ snapshot: '10:10:', taken: [sighting(1)] });
    await first;
    const second = memory.observe(HALL);
    readings[1]!.answer({ snapshot: '20:20:', epoch: 2 });
    await until(async () => readings.length === 3);
    expect(readings[2]!.since).toBe(EMPTY_SNAPSHOT);
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
    readings[2]!.answer({ snapshot: '20:20:', epoch: 2, free: [1] });
    await second;
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
  });

  it('forgets nothing when an observation fails, and fails every request that waits for it', async () => {
    const { memory, readings } = memoryInCrowd();
    memory.saw(HALL, [sighting(1)]);
    memory.takenFrom(wanting([1]));
    const waiting = memory.observe(HALL);
    readings[0]!.answer(new Error('away'));
    await expect(waiting).rejects.toThrow('away');
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    void memory.observe(HALL);
    expect(readings[1]!.since).toBe(EMPTY_SNAPSHOT);
  });
});
