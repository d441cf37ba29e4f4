/** What runs while a performance is fenced: it is in the copy, or it changes nothing. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoxOffice, SeatEvent } from '../../src/box-office/box-office.ts';
import { addressesToAudit, auditServers } from '../../src/audit/servers/audit-servers.ts';
import { arrive } from '../../src/box-office/moving/arrival.ts';
import { chunkMarks, copyChunks } from '../../src/box-office/moving/chunks.ts';
import { wholeDifference } from '../../src/box-office/moving/clocks.ts';
import { MOVED_TABLES } from '../../src/box-office/moving/tables.ts';
import { prepareCatalogue } from '../../src/box-office/moving/venue.ts';
import { groupedHold } from '../../src/operations/hold/grouped/grouped.ts';
import { settledPay } from '../../src/operations/pay/settled.ts';
import { plantPerformance } from '../support/catalogue.ts';
import { execute } from '../support/execute.ts';
import { holdCommand, payCommand } from '../support/fixture.ts';
import { createGate, settledOrBlocked, until } from '../support/gate.ts';
import { databaseOf, liveAt, move, openRich } from '../support/moving.ts';
import { placePerformance, useServers } from '../support/servers.ts';

const several = useServers();
let boxOffice: BoxOffice;

beforeAll(async () => void (boxOffice = await openRich(several)));
afterAll(() => boxOffice?.close());

let planted = 0;
async function plant(): Promise<string> {
  planted += 1;
  const performanceId = `racing-${planted}`;
  await plantPerformance(databaseOf(several, 'seoul-1'), { performanceId });
  await placePerformance(several, 'seoul-1', performanceId);
  return performanceId;
}

async function expectClean(): Promise<void> {
  const { clean, invariants } = await auditServers(
    ...addressesToAudit(several.home.url, several.servers),
    {},
  );
  expect(clean, JSON.stringify(invariants.filter(({ violations }) => violations > 0))).toBe(true);
}

async function statesAt(server: string, performanceId: string): Promise<string[]> {
  const rows = await databaseOf(several, server).sql<{ state: string }>(
    'select state from reservation where performance_id = $1 order by state::text',
    [performanceId],
  );
  return rows.map(({ state }) => state);
}

describe('a hold that is in flight', () => {
  it('is waited for by the fence, and goes along', async () => {
    const performanceId = await plant();
    const source = databaseOf(several, 'seoul-1');
    const gate = createGate('hold: between read and write');
    const command = holdCommand({ performanceId, accountId: 'anna', seats: [1] });
    const held = execute(groupedHold, { database: source, racePoint: gate.racePoint }, command);
    await gate.arrived(1);
    const moved = move(several, performanceId, 'seoul-2');
    await settledOrBlocked(source, moved);
    gate.open();
    expect(await held).toMatchObject({ outcome: 'held' });
    await moved;
    expect(await statesAt('seoul-2', performanceId)).toEqual(['held']);
    await expectClean();
  });

  it('is lost without the fence: control', async () => {
    const performanceId = await plant();
    const [source, target] = [databaseOf(several, 'seoul-1'), databaseOf(several, 'seoul-2')];
    await prepareCatalogue(source, target, performanceId);
    const moveId = randomUUID();
    // The copy alone: nothing keeps a hold out.
    for (const { name } of MOVED_TABLES) {
      await source.sql(
        `insert into moving_chunk (move_id, table_name, chunk, row_count, rows)
         select $2, $3, 0, count(*), json_agg(t) from ${name} as t where performance_id = $1 having count(*) > 0`,
        [performanceId, moveId, name],
      );
    }
    const command = holdCommand({ performanceId, accountId: 'anna', seats: [1] });
    expect(await execute(groupedHold, { database: source }, command)).toMatchObject({ outcome: 'held' });
    await copyChunks(source, target, moveId);
    const marks = await source.connect((connection) => chunkMarks(connection, moveId));
    expect(await arrive(target, { moveId, performanceId, source: 'seoul-1', aheadMs: 0 }, marks)).toBe(true);
    expect(await liveAt(several, performanceId)).toEqual(['seoul-1', 'seoul-2']);
    expect(await statesAt('seoul-2', performanceId)).toEqual([]);
    // Such a double would be found by the audits of the tests that follow.
    for (const { name } of MOVED_TABLES.toReversed())
      await target.sql(`delete from ${name} where performance_id = $1`, [performanceId]);
    await source.sql('delete from moving_chunk');
  });
});

describe('a payment that is in flight', () => {
  it.each(['settle: between read and write', 'finish: between read and write'] as const)(
    '%s: is finished at the target, once',
    async (point) => {
      const performanceId = await plant();
      const source = databaseOf(several, 'seoul-1');
      const held = await boxOffice.hold({
        performanceId,
        accountId: 'anna',
        seats: ['A-1-1'],
        idempotencyKey: 'hold',
      });
      if (held.outcome !== 'held') throw new Error(held.outcome);
      const { reservationId } = held;
      const key = `pay-${reservationId}`;
      const gate = createGate(point);
      const hold = { ...holdCommand({ performanceId, accountId: 'anna', seats: [1] }), reservationId };
      const opened = settledPay.open({ database: source, accounts: several.home, racePoint: gate.racePoint });
      const paying = opened.execute(payCommand(hold, key)).catch(() => 'failed');
      await gate.arrived(1);
      const moved = move(several, performanceId, 'seoul-2');
      await settledOrBlocked(source, moved);
      gate.open();
      await moved;
      await paying;
      await opened.close();
      const request = { performanceId, reservationId, accountId: 'anna', idempotencyKey: key };
      await until(async () => (await boxOffice.pay(request)).outcome === 'paid');
      // A duplicate is answered from the ledger; the settler of the target finishes the reservation.
      await until(async () => (await statesAt('seoul-2', performanceId))[0] === 'confirmed');
      const entries = await several.home.sql('select from ledger_entry where reservation_id = $1', [
        reservationId,
      ]);
      expect(entries).toHaveLength(1);
      await expectClean();
    },
  );

  it('keeps its end of time, which is infinity, and the others’ by the clocks’ difference', async () => {
    const performanceId = await plant();
    const [source, target] = [databaseOf(several, 'seoul-1'), databaseOf(several, 'seoul-2')];
    await execute(
      groupedHold,
      { database: source },
      holdCommand({ performanceId, accountId: 'anna', seats: [1] }),
    );
    await execute(
      groupedHold,
      { database: source },
      holdCommand({ performanceId, accountId: 'ben', seats: [2] }),
    );
    await source.sql(
      `update seat set held_until = 'infinity' where performance_id = $1 and seat_number = 1`,
      [performanceId],
    );
    const times = (database: typeof source) =>
      database.sql<{ ms: string; claims: string; expires: string }>(
        `select
           (extract(epoch from s.held_until) * 1000)::text as ms,
           array(select (extract(epoch from c) * 1000)::text from unnest(l.claims) as c)::text as claims,
           (extract(epoch from r.expires_at) * 1000)::text as expires
         from seat as s
         join reservation as r on r.performance_id = $1 and r.reservation_id = s.reservation_id
         join claim_limit as l on l.performance_id = $1 and l.account_id = r.account_id
         where s.performance_id = $1 order by s.seat_number`,
        [performanceId],
      );
    const before = await times(source);
    await prepareCatalogue(source, target, performanceId);
    const gate = createGate('move: before the arrival');
    const moved = move(several, performanceId, 'seoul-2', gate.racePoint);
    await gate.arrived(1);
    const [departure] = await source.sql<{ move_id: string }>(
      'select move_id from departure where performance_id = $1',
      [performanceId],
    );
    const marks = await source.connect((connection) => chunkMarks(connection, departure!.move_id));
    const arriving = { moveId: departure!.move_id, performanceId, source: 'seoul-1', aheadMs: 2_000 };
    expect(await arrive(target, arriving, marks)).toBe(true);
    gate.open();
    // The one that comes later finds that all is done.
    expect(await moved).toMatchObject({ outcome: 'moved' });
    const after = await times(target);
    const later = (ms: string): number => Number(ms) + 2_000;
    expect(after[0]!.ms).toBe(before[0]!.ms);
    expect(Number(after[1]!.ms)).toBeCloseTo(later(before[1]!.ms), 3);
    expect(Number(after[1]!.expires)).toBe(Number(after[1]!.ms));
    expect(Number(after[1]!.claims.slice(1, -1))).toBe(Number(after[1]!.ms));
  });
});

describe('a watcher', () => {
  it('reads again after a reset, and gets each change once', async () => {
    const performanceId = await plant();
    const events: SeatEvent[] = [];
    const watch = async (cursor: string | undefined): Promise<void> => {
      const watched = await boxOffice.watchSeats({
        performanceId,
        cursor,
        onEvents: (more) => events.push(...more),
        onEnd: () => undefined,
      });
      if ('outcome' in watched) throw new Error(watched.outcome);
      events.push(...watched.events);
    };
    const states = async () => {
      const read = await boxOffice.readSeatStates(performanceId);
      if ('outcome' in read) throw new Error(read.outcome);
      return read;
    };
    const hold = (seat: number) =>
      boxOffice.hold({
        performanceId,
        accountId: 'anna',
        seats: [`A-1-${seat}`],
        idempotencyKey: `w-${seat}`,
      });
    await watch((await states()).cursor);
    await hold(1);
    await until(async () => events.some((event) => event.kind === 'seats'));
    await move(several, performanceId, 'seoul-2');
    await until(async () => events.at(-1)?.kind === 'reset');
    const read = await states();
    expect(read.states.startsWith('hf')).toBe(true);
    expect(read.cursor.endsWith('@seoul-2')).toBe(true);
    await watch(read.cursor);
    await hold(2);
    await until(async () => events.at(-1)?.kind === 'seats');
    const held = events.flatMap((event) => (event.kind === 'seats' ? (event.held ?? []) : []));
    expect(held).toEqual([1, 2]);
  });
});

describe('a move that is not possible', () => {
  it('is refused in one line, and the sale goes on', async () => {
    const performanceId = await plant();
    await expect(move(several, 'no-such', 'seoul-2')).rejects.toThrow('there is no performance "no-such"');
    await expect(move(several, performanceId, 'busan')).rejects.toThrow(
      'the home does not know the server "busan"',
    );
    await several.home.sql(`update server set state = 'draining' where name = 'seoul-2'`);
    await expect(move(several, performanceId, 'seoul-2')).rejects.toThrow('the server "seoul-2" is draining');
    await several.home.sql(`update server set state = 'active' where name = 'seoul-2'`);
    const away = { ...several, servers: { ...several.servers, 'seoul-2': 'postgres://127.0.0.1:1/none' } };
    await expect(move(away, performanceId, 'seoul-2')).rejects.toThrow(
      `the server "seoul-2" can't be reached`,
    );
    const target = databaseOf(several, 'seoul-2');
    const [last] = await target.sql<{ id: number; name: string; run_on: string }>(
      'delete from schema_migration where id = (select max(id) from schema_migration) returning *',
    );
    await expect(move(several, performanceId, 'seoul-2')).rejects.toThrow('is older than this program');
    await target.sql(
      'insert into schema_migration select * from json_populate_record(null::schema_migration, $1)',
      [JSON.stringify(last)],
    );
    expect(await liveAt(several, performanceId)).toEqual(['seoul-1']);
  });

  it('puts the performance back when the target fails before the decision', async () => {
    const performanceId = await plant();
    const racePoint = async (name: string): Promise<void> => {
      if (name === 'move: before the check') throw new Error('disk full');
    };
    await expect(move(several, performanceId, 'seoul-2', racePoint)).rejects.toThrow(
      `the performance "${performanceId}" is back on the server "seoul-1", because the server "seoul-2" failed: disk full`,
    );
    expect(await liveAt(several, performanceId)).toEqual(['seoul-1']);
    expect(await move(several, performanceId, 'seoul-2')).toMatchObject({ outcome: 'moved' });
  });

  it('is one of two at once: the other is refused', async () => {
    const performanceId = await plant();
    const gate = createGate('move: before the copy');
    const first = move(several, performanceId, 'seoul-2', gate.racePoint);
    await gate.arrived(1);
    await expect(move(several, performanceId, 'home')).rejects.toThrow('another process is moving');
    gate.open();
    expect(await first).toMatchObject({ outcome: 'moved' });
  });

  it('can make no second copy by an import: the departure forbids it', async () => {
    const performanceId = await plant();
    await move(several, performanceId, 'seoul-2');
    const source = databaseOf(several, 'seoul-1');
    await expect(
      source.sql(
        `insert into performance (performance_id, concert_id, venue_id, starts_at, sale_opens_at, hold_seconds)
         select $1::text, $1::text || '-concert', $1::text || '-venue', now(), now() - interval '1 day', 60`,
        [performanceId],
      ),
    ).rejects.toThrow('has moved to another server');
  });
});

describe('the difference of two clocks', () => {
  it('is whole milliseconds, and none where it is within the error', () => {
    const reading = (offsetMs: number, errorMs: number) => ({ offsetMs, errorMs });
    expect(wholeDifference(reading(0, 1), reading(1.9, 1))).toBe(0);
    expect(wholeDifference(reading(100, 1), reading(3_500.4, 1))).toBe(3_400);
    expect(wholeDifference(reading(100, 1), reading(50, 1))).toBe(-50);
  });
});

describe('what moves', () => {
  it('is every table of a performance, with every column', async () => {
    const rows = await several.home.sql<{ name: string; columns: string[] }>(
      `select c.relname as name, array_agg(a.attname::text order by a.attname) as columns
       from pg_class as c join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
       group by c.relname having bool_or(a.attname = 'performance_id') order by c.relname`,
    );
    // The accounts' side, the map, the operator log, and what moving itself writes.
    const stays = ['arrival', 'departure', 'ledger_entry', 'operator_action', 'performance_server'];
    expect(rows.filter(({ name }) => !stays.includes(name))).toEqual(
      MOVED_TABLES.map(({ name, columns }) => ({ name, columns: columns.toSorted() })).toSorted((a, b) =>
        a.name < b.name ? -1 : 1,
      ),
    );
  });
});
