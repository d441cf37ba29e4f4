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
import { runRowlock } from '../support/rowlock-process.ts';

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
    // A wait for the standby is cancelled by the statement's timeout.
    database: { statementTimeoutMs: 300, lockTimeoutMs: 0 },
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

let performances = 0;
async function planted(): Promise<string> {
  performances += 1;
  const performanceId = `replicated-${performances}`;
  await plantPerformance(pool, { performanceId, seats: 5, price: 0, holdSeconds: 300 });
  return performanceId;
}

describe.each(['grouped', 'optimistic', 'atomic'])('hold/%s', (strategy) => {
  const request = async (): Promise<Parameters<BoxOffice['hold']>[0]> => ({
    performanceId: await planted(),
    accountId: 'anna',
    seats: ['A-1-1'],
    idempotencyKey: randomUUID(),
  });

  it('is not acknowledged while its commit, or that of its first request, is on the primary only', async () => {
    const boxOffice = await open({ durability: 'replicated', strategies: { hold: strategy } });
    const hold = await request();
    await boxOffice.readSeatMap(hold.performanceId);
    await standby('away');
    expect(await boxOffice.hold(hold)).toEqual({ outcome: 'outcome_unknown' });
    // The commit is there for all to see.
    expect(await boxOffice.readPerformance(hold.performanceId)).toMatchObject({ grades: [{ held: 1 }] });
    expect(await boxOffice.hold(hold)).toEqual({ outcome: 'outcome_unknown' });
    await standby('there');
    expect(await boxOffice.hold(hold)).toMatchObject({ outcome: 'held' });
  });

  it('is acknowledged where local durability was asked for: the control', async () => {
    const boxOffice = await open({ strategies: { hold: strategy } });
    const hold = await request();
    await boxOffice.readSeatMap(hold.performanceId);
    await standby('away');
    await boxOffice.hold(hold);
    expect(await boxOffice.hold(hold)).toMatchObject({ outcome: 'held' });
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
  expect(await boxOffice.readTickets(reservation)).toEqual({ outcome: 'contended', cause: 'database' });
  await standby('there');
  expect(await boxOffice.readTickets(reservation)).toMatchObject({ tickets: [{ seat: 'A-1-1' }] });
});

it('the service warns at start when the server promises less', async () => {
  const env = {
    DATABASE_URL: server.url,
    ROWLOCK_JWT_SECRET: 'a secret of the tests, 32 bytes and more',
    ROWLOCK_DURABILITY: 'replicated',
    // Ends the start after the database was looked at.
    HOST: '203.0.113.1',
    PORT: '0',
  };
  const { stderr } = await runRowlock(['serve'], { env });
  expect(stderr).toMatch(/^WARNING: durability is replicated, but COMMIT waits for no standby: /m);
});
