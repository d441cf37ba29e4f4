/**
 * A synchronous standby is away: COMMIT waits for it, and a commit whose wait is cut off is visible on the primary. What is
 * read from there would be lost by a failover, so nothing of it may be acknowledged when durability is `replicated`.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BoxOffice, BoxOfficeOptions } from '../../src/box-office/box-office.ts';
import { createBoxOffice } from '../../src/box-office/box-office.ts';
import { migrate } from '../../src/db/migrate.ts';
import { plantPerformance } from '../../src/load/plant.ts';
import { administer } from '../support/administer.ts';
import { startTemporaryServer } from '../support/database-server.ts';
import { until } from '../support/gate.ts';
import { newTicketKey } from '../support/ticket-keys.ts';
import { endRowlockProcesses, startRowlock } from '../support/rowlock-process.ts';

endRowlockProcesses();

let server: Awaited<ReturnType<typeof startTemporaryServer>>;
let pool: pg.Pool;
beforeAll(async () => {
  server = await startTemporaryServer({ fsync: 'on', synchronous_commit: 'on' });
  await migrate(server.url);
  // Its own statements wait for no standby.
  pool = new pg.Pool({ connectionString: server.url, max: 2, options: '-c synchronous_commit=local' });
});
afterAll(async () => {
  await pool?.end();
  await server?.stop();
});

const opened: BoxOffice[] = [];
afterEach(async () => {
  await standby('there');
  await Promise.all(opened.splice(0).map((boxOffice) => boxOffice.close()));
});

async function open(options: Partial<BoxOfficeOptions>): Promise<BoxOffice> {
  const boxOffice = await createBoxOffice({
    databaseUrl: server.url,
    migrate: false,
    sweepIntervalMs: 0,
    ticketKeys: { keys: [await newTicketKey()] },
    // A barrier waits as long as the standby is away.
    requestDeadlineMs: 1_000,
    ...options,
  });
  opened.push(boxOffice);
  return boxOffice;
}

/** Lets every COMMIT wait for a standby that is not there, or for none. */
async function standby(where: 'away' | 'there'): Promise<void> {
  const names = where === 'away' ? 'nobody' : '';
  await administer(
    server.url,
    'set synchronous_commit = local',
    `alter system set synchronous_standby_names = '${names}'`,
    'select pg_reload_conf()',
  );
  await until(async () => {
    const { rows } = await pool.query<{ names: string }>(
      `select current_setting('synchronous_standby_names') as names`,
    );
    return rows[0]?.names === names;
  });
}

/** Ends the wait for the standby of a COMMIT that is in it, as an administrator or a dying server does. */
async function cutWait(how: 'cancel' | 'terminate'): Promise<void> {
  await until(async () => {
    const { rowCount } = await pool.query(
      `select pg_${how}_backend(pid) from pg_stat_activity where wait_event = 'SyncRep' limit 1`,
    );
    return rowCount === 1;
  });
}

let performances = 0;
async function planted(): Promise<string> {
  performances += 1;
  const performanceId = `replicated-${performances}`;
  await plantPerformance(pool, { performanceId, seats: 5, price: 0, holdSeconds: 300 });
  return performanceId;
}

describe.each([
  ['grouped', 'cancel'],
  ['grouped', 'terminate'],
  ['optimistic', 'cancel'],
  ['optimistic', 'terminate'],
  ['atomic', 'cancel'],
  ['atomic', 'terminate'],
] as const)('hold/%s whose wait ends by %s', (strategy, how) => {
  /** A hold whose commit is on the primary only. */
  const unreplicated = async (
    options: Partial<BoxOfficeOptions>,
  ): Promise<readonly [unknown, () => unknown]> => {
    const boxOffice = await open({ ...options, strategies: { hold: strategy } });
    const performanceId = await planted();
    const request = { performanceId, accountId: 'anna', seats: ['A-1-1'], idempotencyKey: randomUUID() };
    await boxOffice.readSeatMap(performanceId);
    await standby('away');
    const holding = boxOffice.hold(request);
    await cutWait(how);
    const answer = await holding;
    // The commit is there for all to see.
    const performance = await boxOffice.readPerformance(performanceId);
    expect(performance).toMatchObject({ grades: [{ held: 1 }] });
    return [answer, () => boxOffice.hold(request)];
  };

  it('is not acknowledged, nor is its duplicate', async () => {
    const [first, again] = await unreplicated({ durability: 'replicated' });
    expect([first, await again()]).toEqual([{ outcome: 'outcome_unknown' }, { outcome: 'outcome_unknown' }]);
    await standby('there');
    expect(await again()).toMatchObject({ outcome: 'held' });
  });

  it('is acknowledged where local durability was asked for: the control', async () => {
    const [, again] = await unreplicated({});
    expect(await again()).toMatchObject({ outcome: 'held' });
  });
});

it('a ticket waits for its payment to be replicated', async () => {
  const boxOffice = await open({ durability: 'replicated' });
  const [performanceId, accountId] = [await planted(), 'anna'];
  const held = await boxOffice.hold({
    performanceId,
    accountId,
    seats: ['A-1-1'],
    idempotencyKey: randomUUID(),
  });
  if (held.outcome !== 'held') throw new Error(held.outcome);
  const reservation = { performanceId, reservationId: held.reservationId, accountId };
  expect(await boxOffice.pay({ ...reservation, idempotencyKey: randomUUID() })).toMatchObject({
    outcome: 'paid',
  });
  await standby('away');
  expect(await boxOffice.readTickets(reservation)).toEqual({ outcome: 'contended', cause: 'deadline' });
  await standby('there');
  expect(await boxOffice.readTickets(reservation)).toMatchObject({ tickets: [{ seat: 'A-1-1' }] });
});

it('the service warns at start when the server promises less', async () => {
  const env = {
    DATABASE_URL: server.url,
    ROWLOCK_JWT_SECRET: 'a secret of the tests, 32 bytes and more',
    ROWLOCK_DURABILITY: 'replicated',
    PORT: '0',
  };
  const service = startRowlock(['serve'], { env });
  await service.printed(/open at http:\S+\n/);
  service.kill('SIGTERM');
  const { stderr } = await service.ended;
  expect(stderr).toMatch(/^WARNING: durability is replicated, but COMMIT waits for no standby: /m);
});
