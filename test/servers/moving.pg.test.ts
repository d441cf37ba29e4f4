/** Moves performances between servers, is killed on the way, and looks for what was lost or doubled. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoxOffice } from '../../src/box-office/box-office.ts';
import { addressesToAudit, auditServers } from '../../src/audit/servers/audit-servers.ts';
import { MOVED_TABLES } from '../../src/box-office/moving/tables.ts';
import type { RacePointName } from '../../src/lib/race-point.ts';
import { plantPerformance } from '../support/catalogue.ts';
import { createGate, until } from '../support/gate.ts';
import { databaseOf, liveAt, move, moveAfterKill, SERVER_NAMES, openRich } from '../support/moving.ts';
import { endRowlockProcesses, startRowlock } from '../support/rowlock-process.ts';
import { compiled } from '../support/program.ts';
import { placePerformance, useServers } from '../support/servers.ts';

endRowlockProcesses();
const several = useServers();
let boxOffice: BoxOffice;

const MOVER = compiled(new URL('../support/mover.ts', import.meta.url));
const POINTS = [
  'move: before the fence',
  'move: before the copy',
  'move: before the check',
  'move: before the decision',
  'move: before the arrival',
  'move: before the map is switched',
  'move: before the drop',
] as const satisfies readonly RacePointName[];

beforeAll(async () => void (boxOffice = await openRich(several)));
afterAll(() => boxOffice?.close());

let planted = 0;
async function plantAt(server: string, seats = 10): Promise<string> {
  planted += 1;
  const performanceId = `moving-${planted}`;
  await plantPerformance(databaseOf(several, server), { performanceId, seats, seatLimit: null });
  await placePerformance(several, server, performanceId);
  return performanceId;
}

const hold = (performanceId: string, seat: number, key = `hold-${seat}`) =>
  boxOffice.hold({ performanceId, accountId: 'anna', seats: [`A-1-${seat}`], idempotencyKey: key });

/** Repeats while it is contended, as a client does. */
async function repeated<Answer extends { readonly outcome: string }>(
  send: () => Promise<Answer>,
): Promise<Answer> {
  let answer = await send();
  await until(async () => {
    if (answer.outcome !== 'contended' && answer.outcome !== 'outcome_unknown') return true;
    answer = await send();
    return false;
  });
  return answer;
}

async function heldAt(performanceId: string, seat: number): Promise<string> {
  const answer = await repeated(() => hold(performanceId, seat));
  if (answer.outcome !== 'held') throw new Error(answer.outcome);
  return answer.reservationId;
}

const pay = (performanceId: string, reservationId: string) =>
  boxOffice.pay({ performanceId, reservationId, accountId: 'anna', idempotencyKey: `pay-${reservationId}` });

async function expectClean(): Promise<void> {
  const { clean, invariants } = await auditServers(
    ...addressesToAudit(several.home.url, several.servers),
    {},
  );
  expect(clean, JSON.stringify(invariants.filter(({ violations }) => violations > 0))).toBe(true);
}

async function rowsOf(server: string, table: string, performanceId: string): Promise<object[]> {
  const rows = await databaseOf(several, server).sql<{ row: Record<string, unknown> }>(
    `select to_jsonb(t) - 'changed_by' as row from ${table} as t where performance_id = $1 order by to_jsonb(t)::text`,
    [performanceId],
  );
  return rows.map(({ row }) => row);
}

describe('a performance that moves', () => {
  it('has the same rows afterwards, live on its new server only', async () => {
    const performanceId = await plantAt('seoul-1', 12_000);
    await pay(performanceId, await heldAt(performanceId, 1));
    await heldAt(performanceId, 2);
    const before = await Promise.all(MOVED_TABLES.map(({ name }) => rowsOf('seoul-1', name, performanceId)));
    const answer = await move(several, performanceId, 'seoul-2');
    expect(answer).toMatchObject({ outcome: 'moved', source: 'seoul-1' });
    const after = await Promise.all(MOVED_TABLES.map(({ name }) => rowsOf('seoul-2', name, performanceId)));
    for (const [i, { name }] of MOVED_TABLES.entries()) expect(after[i], name).toEqual(before[i]);
    expect(await liveAt(several, performanceId)).toEqual(['seoul-2']);
    for (const server of SERVER_NAMES)
      expect(await databaseOf(several, server).sql('select from moving_chunk')).toEqual([]);
    await expectClean();
    expect(await move(several, performanceId, 'seoul-2')).toMatchObject({ outcome: 'already there' });
  });

  it.each([
    ['home', 'seoul-1'],
    ['seoul-1', 'home'],
  ])('moves from %s to %s and back, and is sold at each place', async (from, to) => {
    const performanceId = await plantAt(from);
    const first = await heldAt(performanceId, 1);
    await move(several, performanceId, to);
    expect(await pay(performanceId, first)).toMatchObject({ outcome: 'paid' });
    const second = await heldAt(performanceId, 2);
    await move(several, performanceId, from);
    expect(await liveAt(several, performanceId)).toEqual([from]);
    expect(await pay(performanceId, second)).toMatchObject({ outcome: 'paid' });
    // The same keys find what they made on the other server.
    expect(await hold(performanceId, 1)).toMatchObject({
      outcome: 'held',
      state: 'confirmed',
      replayed: true,
    });
    await expectClean();
  });

  it('answers contended while it moves, and everything when the request is repeated', async () => {
    const performanceId = await plantAt('seoul-1');
    const reservationId = await heldAt(performanceId, 1);
    const gate = createGate('move: before the arrival');
    const moved = move(several, performanceId, 'seoul-2', gate.racePoint);
    await gate.arrived(1);
    const moving = { outcome: 'contended', cause: 'moving' };
    const asked = [
      hold(performanceId, 3),
      pay(performanceId, reservationId),
      boxOffice.holdBestAvailable({
        performanceId,
        accountId: 'anna',
        grade: 'R',
        quantity: 2,
        idempotencyKey: 'best',
      }),
      boxOffice.release({ performanceId, accountId: 'anna', reservationId }),
      boxOffice.readPerformance(performanceId),
      boxOffice.readSeatStates(performanceId),
      boxOffice.readReservation({ performanceId, accountId: 'anna', reservationId }),
      boxOffice.watchSeats({ performanceId, onEvents: () => undefined, onEnd: () => undefined }),
      boxOffice.operator.setSaleState(performanceId, 'open'),
      boxOffice.operator.readSales(performanceId),
      boxOffice.operator.readCheckInList(performanceId),
      boxOffice.operator.readSeat({ performanceId, seat: 'A-1-1' }),
    ];
    for (const answer of await Promise.all(asked)) expect(answer).toMatchObject(moving);
    gate.open();
    await moved;
    expect(await pay(performanceId, reservationId)).toMatchObject({ outcome: 'paid' });
    expect(await hold(performanceId, 3)).toMatchObject({ outcome: 'held' });
    expect(await boxOffice.readPerformance(performanceId)).toMatchObject({ performanceId });
    expect(await boxOffice.operator.readSales(performanceId)).toMatchObject({ performanceId });
  });
});

describe('a move that is killed', () => {
  it.each(POINTS)('%s: goes on when it is asked for again, with nothing lost or doubled', async (point) => {
    const performanceId = await plantAt('seoul-1');
    const held = await heldAt(performanceId, 1);
    await pay(performanceId, await heldAt(performanceId, 2));
    await killedAt(point, performanceId, 'seoul-2');
    expect((await liveAt(several, performanceId)).length).toBeLessThanOrEqual(1);
    const during = hold(performanceId, 3);
    expect(['held', 'contended']).toContain((await during).outcome);
    await moveAfterKill(several, performanceId, 'seoul-2');
    expect(await liveAt(several, performanceId)).toEqual(['seoul-2']);
    expect(await pay(performanceId, held)).toMatchObject({ outcome: 'paid' });
    expect(await repeated(() => hold(performanceId, 3))).toMatchObject({ outcome: 'held' });
    const rows = await databaseOf(several, 'seoul-2').sql<{ state: string }>(
      'select state from reservation where performance_id = $1 order by state::text',
      [performanceId],
    );
    expect(rows.map(({ state }) => state)).toEqual(['confirmed', 'confirmed', 'held']);
    for (const server of SERVER_NAMES)
      expect(await databaseOf(several, server).sql('select from moving_chunk')).toEqual([]);
    await expectClean();
  });

  it.each(['move: before the copy', 'move: before the decision'] as const)(
    '%s: is put back when its source is asked for',
    async (point) => {
      const performanceId = await plantAt('seoul-1');
      const held = await heldAt(performanceId, 1);
      await killedAt(point, performanceId, 'seoul-2');
      await expect(moveAfterKill(several, performanceId, 'home')).rejects.toThrow(
        /on its way to the server "seoul-2": moving it there goes on, and to "seoul-1" puts it back/,
      );
      expect(await move(several, performanceId, 'seoul-1')).toMatchObject({ outcome: 'put back' });
      expect(await liveAt(several, performanceId)).toEqual(['seoul-1']);
      expect(await pay(performanceId, held)).toMatchObject({ outcome: 'paid' });
      expect(await move(several, performanceId, 'seoul-2')).toMatchObject({ outcome: 'moved' });
      await expectClean();
    },
  );

  it('is not put back once it may be live at its target', async () => {
    const performanceId = await plantAt('seoul-1');
    await killedAt('move: before the arrival', performanceId, 'seoul-2');
    await expect(moveAfterKill(several, performanceId, 'seoul-1')).rejects.toThrow(
      /can't be put back, because it may be live on the server "seoul-2": move it there first/,
    );
    expect(await move(several, performanceId, 'seoul-2')).toMatchObject({ outcome: 'moved' });
  });
});

/** Starts a process that moves the performance, and kills it at the point. */
async function killedAt(point: RacePointName, performanceId: string, target: string): Promise<void> {
  const args = [several.home.url, JSON.stringify(several.servers), performanceId, target, point];
  const mover = startRowlock(args, { cli: MOVER });
  await mover.printed(new RegExp(`at ${point}`));
  mover.kill('SIGKILL');
  await mover.ended;
}
