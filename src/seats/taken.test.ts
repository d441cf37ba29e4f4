import { describe, expect, it } from 'vitest';
import { createTakenSeats } from './taken.ts';
import type { Look, Sighting, Wanted } from './taken.ts';

const HALL = 'hall';

function wanting(seats: readonly number[], accountId = 'ben', reservationId = 'of-ben'): Wanted {
  return { performanceId: HALL, seats, accountId, reservationId };
}

function sighting(seat: number, more: Partial<Sighting> = {}): Sighting {
  return { seat, reservationId: 'of-anna', accountId: 'anna', msLeft: 60_000, ...more };
}

/** A memory whose clock and looks the test moves. */
function memoryInCrowd(crowd = 64) {
  const clock = { now: 1_000 };
  const looks: { since: string | undefined; answer: (look: Partial<Look> | Error) => void }[] = [];
  const memory = createTakenSeats(
    (_, since) =>
      new Promise((resolve, reject) => {
        looks.push({
          since,
          answer: (look) =>
            look instanceof Error
              ? reject(look)
              : resolve({ snapshot: 's', epoch: 1, taken: [], free: [], ...look }),
        });
      }),
    () => clock.now,
  );
  const come = (): void => {
    for (let i = 0; i < crowd; i += 1) memory.arrived(HALL);
  };
  come();
  return { memory, clock, looks, come };
}

describe('the memory of taken seats', () => {
  it('knows for 200 ms who was seen to have a seat, and tells everybody but its account', () => {
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

  it("tells nothing to who has made a reservation before: its first answer is the database's to give", () => {
    const { memory } = memoryInCrowd();
    memory.saw(HALL, [sighting(1, { reservationId: 'of-ben', accountId: 'ben' })]);
    memory.saw(HALL, [sighting(1)]);
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
    expect(memory.mayTell(wanting([1]))).toBe(false);
    expect(memory.takenFrom(wanting([1], 'cleo', 'of-cleo'))).toEqual([1]);
  });

  it('never tells a twin of the winner, and not beyond the expiry of the hold', () => {
    const { memory, clock } = memoryInCrowd();
    memory.saw(HALL, [sighting(1, { msLeft: 50 })]);
    expect(memory.takenFrom(wanting([1], 'ben', 'of-anna'))).toEqual([]);
    clock.now += 49;
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    clock.now += 1;
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
  });

  it('is in a crowd only when many came lately', () => {
    const { memory, clock, come } = memoryInCrowd(63);
    expect(memory.mayTell(wanting([1]))).toBe(false);
    memory.arrived(HALL);
    expect(memory.mayTell(wanting([1]))).toBe(true);
    clock.now += 399;
    expect(memory.mayTell(wanting([1]))).toBe(true);
    clock.now += 1;
    expect(memory.mayTell(wanting([1]))).toBe(false);
    come();
    expect(memory.mayTell(wanting([1]))).toBe(false);
    expect(memory.mayTell({ ...wanting([1]), performanceId: 'another' })).toBe(false);
  });

  it('makes the whole hall young again by one look, for whoever comes meanwhile', async () => {
    const { memory, clock, looks, come } = memoryInCrowd();
    memory.saw(HALL, [sighting(1), sighting(2), sighting(3)]);
    clock.now += 201;
    expect(memory.isWorthALook(wanting([1]))).toBe(true);
    expect(memory.isWorthALook(wanting([9]))).toBe(false);
    const both = [memory.look(HALL), memory.look(HALL)];
    expect(looks.map(({ since }) => since)).toEqual([undefined]);
    looks[0]!.answer({ snapshot: 'one', taken: [sighting(1), sighting(2)].map(unnamed), free: [3] });
    await Promise.all(both);
    expect(memory.takenFrom(wanting([1, 2, 3]))).toEqual([1, 2]);
    // The next look mentions only what has changed since; the rest is confirmed by its silence.
    clock.now += 201;
    come();
    const next = memory.look(HALL);
    expect(looks[1]!.since).toBe('one');
    looks[1]!.answer({ free: [2] });
    await next;
    expect(memory.takenFrom(wanting([1, 2]))).toEqual([1]);
  });

  it('counts a look from its beginning', async () => {
    const { memory, clock, looks } = memoryInCrowd();
    memory.saw(HALL, [sighting(1)]);
    const look = memory.look(HALL);
    clock.now += 150;
    looks[0]!.answer({ taken: [unnamed(sighting(1))] });
    await look;
    clock.now += 50;
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    clock.now += 1;
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
  });

  it('does not let a look confirm what only a group has seen: a late word of it is no newer truth', async () => {
    const { memory, clock, looks } = memoryInCrowd();
    // The seat was sold and given back before the look; the word of the sale arrives after it.
    const look = memory.look(HALL);
    looks[0]!.answer({ snapshot: 'one', free: [1] });
    await look;
    memory.saw(HALL, [sighting(1)]);
    clock.now += 201;
    const next = memory.look(HALL);
    looks[1]!.answer({ snapshot: 'two' });
    await next;
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
  });

  it('says nothing of a seat whose account it does not know, until it learns it', async () => {
    const { memory, looks } = memoryInCrowd();
    const look = memory.look(HALL);
    looks[0]!.answer({ taken: [unnamed(sighting(1))] });
    await look;
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
    memory.saw(HALL, [sighting(1)]);
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
  });

  it('looks ahead when somebody loses and the last look is nearly too old, once', async () => {
    const { memory, clock, looks } = memoryInCrowd();
    memory.saw(HALL, [sighting(1)]);
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    expect(looks).toHaveLength(1);
    looks[0]!.answer({ taken: [unnamed(sighting(1))] });
    await memory.look(HALL);
    clock.now += 189;
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    expect(looks).toHaveLength(1);
    clock.now += 1;
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    expect(looks).toHaveLength(2);
  });

  it('forgets all when the server has begun a new life, and looks at the whole hall again', async () => {
    const { memory, looks } = memoryInCrowd();
    memory.saw(HALL, [sighting(1)]);
    const first = memory.look(HALL);
    looks[0]!.answer({ snapshot: 'one', taken: [unnamed(sighting(1))] });
    await first;
    const second = memory.look(HALL);
    looks[1]!.answer({ snapshot: 'two', epoch: 2 });
    await second;
    expect(memory.takenFrom(wanting([1]))).toEqual([]);
    void memory.look(HALL);
    expect(looks[2]!.since).toBeUndefined();
  });

  it('forgets nothing when a look fails, and lets who waits for it know', async () => {
    const { memory, looks } = memoryInCrowd();
    memory.saw(HALL, [sighting(1)]);
    memory.takenFrom(wanting([1]));
    const waiting = memory.look(HALL);
    looks[0]!.answer(new Error('away'));
    await expect(waiting).rejects.toThrow('away');
    expect(memory.takenFrom(wanting([1]))).toEqual([1]);
    void memory.look(HALL);
    expect(looks[1]!.since).toBeUndefined();
  });
});

function unnamed(seen: Sighting): Sighting {
  return { ...seen, accountId: undefined };
}
