/** What a crowd is refused from memory, and that no such refusal is wrong. */
import { describe, expect, it, vi } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { tally } from '../../../../test/conformance/conformance.ts';
import { useDatabase } from '../../../../test/support/database.ts';
import { createGate, until } from '../../../../test/support/gate.ts';
import { observed } from '../../../../test/support/observed.ts';
import { holdCommand, holdSeats, someAccount } from '../../../../test/support/fixture.ts';
import type { Database } from '../../../db/database.ts';
import { release } from '../../release.ts';
import { groupedHold } from './grouped.ts';
import type { HoldCommand, HoldOutcome } from '../hold.ts';
import { execute } from '../../../../test/support/execute.ts';

const database = useDatabase();

/** The same database, and how many operations were lent a connection. */
function counting(counted: Database): { readonly database: Database; readonly lent: () => number } {
  let lent = 0;
  const connect: Database['connect'] = (work) => {
    lent += 1;
    return counted.connect(work);
  };
  return { database: { ...counted, connect }, lent: () => lent };
}

function wanting(performanceId: string, seats: readonly number[], accountId = someAccount()): HoldCommand {
  return holdCommand({ performanceId, accountId, seats });
}

function crowd(on: Database, commands: readonly HoldCommand[]): Promise<readonly HoldOutcome[]> {
  return Promise.all(commands.map((command) => execute(groupedHold, { database: on }, command)));
}

describe('a crowd on one seat', () => {
  it('is answered by a few transactions and observations, however many come', async () => {
    const performanceId = await plantPerformance(database);
    const { database: service, lent } = counting(database);
    const outcomes = await crowd(
      service,
      Array.from({ length: 2_000 }, () => wanting(performanceId, [1])),
    );
    expect(tally(outcomes)).toEqual({ held: 1, seat_taken: 1_999 });
    expect(outcomes.find(({ outcome }) => outcome === 'seat_taken')).toEqual({
      outcome: 'seat_taken',
      seats: [1],
    });
    // Three on a machine at rest; a slow one observes again every 200 ms.
    expect(lent()).toBeLessThan(40);
  });

  it('gets its refusals also when it has gone by the time that the group has written', async () => {
    const performanceId = await plantPerformance(database);
    const clock = vi.spyOn(performance, 'now');
    const slow = observed(database.open(), (name) => {
      const now = performance.now();
      if (name === 'hold_grouped_write') clock.mockReturnValue(now + 1_000);
    });
    const comers = Array.from({ length: 200 }, () => wanting(performanceId, [1]));
    const outcomes = await crowd(slow, comers).finally(() => clock.mockRestore());
    expect(tally(outcomes)).toEqual({ held: 1, seat_taken: 199 });
  });

  it('gives a duplicate of the winner its answer, and its account what it asks for', async () => {
    const performanceId = await plantPerformance(database, { seatLimit: 1 });
    const winner = wanting(performanceId, [1]);
    const others = Array.from({ length: 200 }, () => wanting(performanceId, [1]));
    const [won] = await crowd(database, [winner, ...others]);
    const again = await crowd(database, [...others, winner, ...others]);
    expect(again[others.length]).toEqual({ ...won!, replayed: true });
    const [reused] = await crowd(database, [{ ...winner, requestHash: Buffer.from('another') }, ...others]);
    expect(reused!.outcome).toBe('idempotency_key_reused');
  });

  it('gets its first answer again also after the seat was given back and sold to another', async () => {
    const performanceId = await plantPerformance(database);
    const first = wanting(performanceId, [1]);
    const [won] = await crowd(database, [first]);
    await release({ database }, first);
    expect(tally(await crowd(database, [wanting(performanceId, [1])]))).toEqual({ held: 1 });
    const others = Array.from({ length: 200 }, () => wanting(performanceId, [1]));
    expect((await crowd(database, [...others, first])).at(-1)).toEqual({
      ...won!,
      state: 'released',
      replayed: true,
    });
  });

  it('does not take a repeated answer for a sale: the seat was given back', async () => {
    const performanceId = await plantPerformance(database);
    const first = wanting(performanceId, [1]);
    const elsewhere = database.open();
    await crowd(elsewhere, [first]);
    await release({ database: elsewhere }, first);
    const others = (): HoldCommand[] => Array.from({ length: 200 }, () => wanting(performanceId, [1]));
    const outcomes = await crowd(database, [first, ...others()]);
    expect(outcomes[0]!.outcome).toBe('held');
    expect(tally(outcomes.slice(1))).toEqual({ held: 1, seat_taken: 199 });
  });

  it('notices with its next observation a seat that another service gave back, and one of it gets it', async () => {
    const performanceId = await plantPerformance(database);
    const held = await holdSeats(database, performanceId, [1]);
    const service = database.open();
    const comers = (): readonly HoldCommand[] =>
      Array.from({ length: 200 }, () => wanting(performanceId, [1]));
    expect(tally(await crowd(service, comers()))).toEqual({ seat_taken: 200 });
    await release({ database: database.rival }, held);
    const seen: string[] = [];
    await until(async () => {
      seen.push(...(await crowd(service, comers())).map(({ outcome }) => outcome));
      return seen.includes('held');
    });
    expect(seen.filter((outcome) => outcome === 'held')).toHaveLength(1);
    expect(new Set(seen)).toEqual(new Set(['held', 'seat_taken']));
  });

  it('gets true answers about seats that another service sells meanwhile', async () => {
    const performanceId = await plantPerformance(database, { seats: 300, seatLimit: null });
    const [ours, theirs] = [database.open(), database.open()];
    const commands = Array.from({ length: 3_000 }, (_, i) => wanting(performanceId, [1 + ((i * 7) % 300)]));
    const half = commands.length / 2;
    const outcomes = (
      await Promise.all([crowd(ours, commands.slice(0, half)), crowd(theirs, commands.slice(half))])
    ).flat();
    expect(tally(outcomes)).toEqual({ held: 300, seat_taken: 2_700 });
    const seats = outcomes.flatMap((outcome) => (outcome.outcome === 'held' ? outcome.seats : []));
    expect(new Set(seats).size).toBe(300);
  });

  it('asks the group when no observation can be made', async () => {
    const performanceId = await plantPerformance(database);
    await holdSeats(database, performanceId, [1]);
    let refuseReadings = false;
    const broken: Database = {
      ...database,
      connect: (work) =>
        database.connect((connection) =>
          work({
            ...connection,
            read: (declared, values) =>
              refuseReadings && declared.name === 'seat_changes'
                ? Promise.reject(Object.assign(new Error('canceled'), { code: '57014' }))
                : connection.read(declared, values),
            transaction: (options, inner) => connection.transaction(options, inner),
          }),
        ),
    };
    const comers = Array.from({ length: 200 }, () => wanting(performanceId, [1]));
    await crowd(broken, comers);
    refuseReadings = true;
    expect(tally(await crowd(broken, comers))).toEqual({ seat_taken: 200 });
  });
});

it('never has two groups in flight that want the same seat, so that losers to a group need no statement', async () => {
  const performanceId = await plantPerformance(database, { seats: 512, seatLimit: null });
  const statements: string[] = [];
  const service = observed(database.open(), (name) => void statements.push(name));
  const gate = createGate('hold: between read and write');
  const { racePoint } = gate;
  const hold = (_: unknown, i: number) =>
    execute(groupedHold, { database: service, racePoint }, wanting(performanceId, [1 + (i % 512)]));
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  try {
    const first = Array.from({ length: 256 }, hold);
    await gate.arrived(1);
    // The second group is made of the last 256; before them come 100 for seats that the first has locked.
    const losers = Array.from({ length: 100 }, hold);
    const second = Array.from({ length: 256 }, (_, i) => hold(_, 256 + i));
    await gate.arrived(2);
    gate.open();
    expect(tally(await Promise.all([...first, ...second]))).toEqual({ held: 512 });
    expect(tally(await Promise.all(losers))).toEqual({ seat_taken: 100 });
  } finally {
    clock.mockRestore();
  }
  const groups = statements.filter((name) => name.startsWith('hold_grouped'));
  const [lock, write] = ['hold_grouped_lock', 'hold_grouped_write'];
  expect(groups).toEqual([lock, lock, write, write]);
});
