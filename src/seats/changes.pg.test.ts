import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { useDatabase } from '../../test/support/database.ts';
import { readSeatStates } from './states.ts';
import { EMPTY_SNAPSHOT, readSeatChanges } from './changes.ts';
import type { SeatChanges } from './changes.ts';
import { isVisibleIn, parseSeatCursor, parseSnapshot } from './cursor.ts';

const database = useDatabase();

async function changesSince(performanceId: string, snapshot: string): Promise<SeatChanges> {
  const changes = await database.connect((connection) =>
    readSeatChanges(connection, performanceId, snapshot, true),
  );
  return changes!;
}

const HOLD = `
  update seat
  set state = 'held', price = list_price, reservation_id = gen_random_uuid(), changed_by = pg_current_xact_id(), held_until = $3
  where performance_id = $1 and seat_number = $2`;

describe('changes of seats', () => {
  it('since the empty snapshot are all seats', async () => {
    const performanceId = await plantPerformance(database, { seats: 3 });
    const heldUntil = new Date(Date.now() + 60_000);
    await database.sql(HOLD, [performanceId, 2, heldUntil]);
    const all = await changesSince(performanceId, EMPTY_SNAPSHOT);
    const seats = all.numbers.map((number, i) => [number, all.states[i], all.heldUntilMs[i]]);
    expect(new Set(seats)).toEqual(
      new Set([
        [1, 'f', 0],
        [2, 'h', heldUntil.getTime()],
        [3, 'f', 0],
      ]),
    );
    expect(all.changedBy.every((xid) => isVisibleIn(parseSnapshot(all.snapshot), xid))).toBe(true);
    expect(all).toMatchObject({ revision: 1, sale: { saleState: 'open', closesAt: null } });
  });

  it('are those whose last change the snapshot does not contain', async () => {
    const performanceId = await plantPerformance(database, { seats: 5 });
    const other = await plantPerformance(database, { seats: 5 });
    const before = await changesSince(performanceId, EMPTY_SNAPSHOT);
    const soon = new Date(Date.now() + 60_000);
    await database.sql(HOLD, [performanceId, 4, soon]);
    await database.sql(HOLD, [other, 1, soon]);
    const after = await changesSince(performanceId, before.snapshot);
    expect([after.numbers, after.states]).toEqual([[4], 'h']);
    const nothing = await changesSince(performanceId, after.snapshot);
    expect([nothing.numbers, nothing.states]).toEqual([[], '']);
    expect(
      await database.connect((connection) => readSeatChanges(connection, 'nowhere', '1:1:', false)),
    ).toBe(undefined);
  });

  it('round the end of a hold up to the millisecond, so that it is held exactly before it', async () => {
    const performanceId = await plantPerformance(database, { seats: 1 });
    await database.sql(HOLD, [performanceId, 1, '2040-01-01T00:00:00.000001Z']);
    const { heldUntilMs } = await changesSince(performanceId, EMPTY_SNAPSHOT);
    expect(heldUntilMs).toEqual([Date.parse('2040-01-01T00:00:00.001Z')]);
  });

  it('continue from the cursor of a reading of all states', async () => {
    const performanceId = await plantPerformance(database, { seats: 2 });
    const seen = await database.connect((connection) => readSeatStates(connection, performanceId));
    const cursor = parseSeatCursor(seen!.cursor);
    const { epoch, revision } = await changesSince(performanceId, EMPTY_SNAPSHOT);
    expect(cursor).toMatchObject({ atMs: seen!.at.getTime(), epoch, revision });
    await database.sql(HOLD, [performanceId, 1, new Date()]);
    const { changedBy } = await changesSince(performanceId, EMPTY_SNAPSHOT);
    expect(changedBy.filter((xid) => isVisibleIn(cursor!.snapshot, xid))).toHaveLength(1);
  });

  // A cursor must not miss a slow transaction that began before it and commits after many fast ones.
  it('include those of a slow transaction, which a timestamp or the highest number misses', async () => {
    const performanceId = await plantPerformance(database, { seats: 20 });
    const slow = await database.pool.connect();
    const soon = new Date(Date.now() + 60_000);
    await database.sql(`alter table seat add column changed_at timestamptz`);
    const withTime = HOLD.replace('set ', 'set changed_at = clock_timestamp(), ');
    await slow.query('begin');
    await slow.query(withTime, [performanceId, 1, soon]);
    for (let seat = 2; seat <= 10; seat += 1) await database.sql(withTime, [performanceId, seat, soon]);
    const seen = await changesSince(performanceId, EMPTY_SNAPSHOT);
    const highest = Math.max(...seen.changedBy);
    await slow.query('commit');
    slow.release();
    await database.sql(withTime, [performanceId, 11, soon]);

    const { numbers } = await changesSince(performanceId, seen.snapshot);
    expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 11]);
    // The controls: both find the fast seat, and never the slow one.
    const since = async (condition: string, value: unknown): Promise<number[]> => {
      const rows = await database.sql<{ seat_number: number }>(
        `select seat_number from seat where performance_id = $1 and ${condition} order by seat_number`,
        [performanceId, value],
      );
      return rows.map((row) => row.seat_number);
    };
    expect(await since('changed_at > $2', seen.at)).toEqual([11]);
    expect(await since('changed_by > ($2::text)::xid8', String(highest))).toEqual([11]);
  });
});
