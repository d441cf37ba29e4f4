import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { useDatabase } from '../../test/support/database.ts';
import { buySeats, holdSeats } from '../../test/support/fixture.ts';
import { createSoldOut } from './sold-out.ts';

const database = useDatabase();
let nowMs = 0;
const soldOut = createSoldOut(() => nowMs);
const among = async (...ids: readonly string[]): Promise<readonly string[]> =>
  database.connect(async (connection) => [...(await soldOut.among(connection, ids))]);

describe('a performance', () => {
  it('is sold out when every seat is sold: not while one is free, held or was never there', async () => {
    const free = await plantPerformance(database, { seats: 2 });
    const held = await plantPerformance(database, { seats: 2 });
    const sold = await plantPerformance(database, { seats: 2 });
    const empty = await plantPerformance(database, { seats: 0 });
    await buySeats(database, free, [1], 'anna');
    await buySeats(database, held, [1], 'anna');
    await holdSeats(database, held, [2], 'ben');
    await buySeats(database, sold, [1, 2], 'anna');
    expect(await among(free, held, sold, empty, 'nowhere')).toEqual([sold]);
  });

  it('is looked at again after a while, and not before', async () => {
    const id = await plantPerformance(database, { seats: 1 });
    nowMs = 100_000;
    expect(await among(id)).toEqual([]);
    await buySeats(database, id, [1], 'anna');
    nowMs = 104_999;
    expect(await among(id)).toEqual([]);
    nowMs = 105_000;
    expect(await among(id)).toEqual([id]);
  });

  it('is looked at less often when a look takes long', async () => {
    const id = await plantPerformance(database, { seats: 1 });
    let clockMs = 0;
    const slow = createSoldOut(() => (clockMs += 500));
    const look = async (): Promise<number> =>
      database.connect(async (connection) => (await slow.among(connection, [id])).size);
    expect(await look()).toBe(0);
    await buySeats(database, id, [1], 'anna');
    clockMs = 10_000;
    expect(await look()).toBe(0);
    clockMs = 11_000;
    expect(await look()).toBe(1);
  });
});
