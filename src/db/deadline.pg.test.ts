/** What is left of a request's time bounds its wait for a connection and for each of its statements. */
import { afterEach, describe, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { until } from '../../test/support/gate.ts';
import { Deadline } from '../lib/deadline.ts';
import type { Connection, Database } from './database.ts';
import { commit, ConnectionUnavailable, DeadlinePassed } from './database.ts';
import { sqlstateOf } from './sqlstate.ts';
import { statement } from './statement.ts';

const database = useDatabase();

const bound = statement({
  name: 'deadline_bound',
  group: 'any',
  params: [],
  columns: { ms: 'double precision' },
  text: `
    select extract(epoch from current_setting('statement_timeout')::interval)::double precision * 1000 as ms`,
});
const boundWriting = statement({
  name: 'deadline_bound_writing',
  group: 'catalogue',
  writes: true,
  params: [],
  columns: { ms: 'double precision' },
  text: `
    with touched as (update venue set name = name where venue_id = 'nowhere')
    select extract(epoch from current_setting('statement_timeout')::interval)::double precision * 1000 as ms`,
});
const addVenue = statement({
  name: 'deadline_add_venue',
  group: 'catalogue',
  writes: true,
  params: ['text'],
  columns: {},
  text: `insert into venue (venue_id, name) values ($1, '{}')`,
});
const pause = statement({
  name: 'deadline_pause',
  group: 'any',
  params: [],
  columns: {},
  text: `select from pg_sleep(60)`,
});

/** A deadline whose clock stands still: what is left does not depend on the machine. */
const inMs = (ms: number): Deadline => new Deadline(ms, () => 0);

/** The bound of a statement, by each way to run one. */
const WAYS: readonly (readonly [string, (connection: Connection) => Promise<{ ms: number }[]>])[] = [
  ['read', (connection) => connection.read(bound, [])],
  ['autocommit', (connection) => connection.autocommit(boundWriting, [])],
  ['transaction', (connection) => connection.transaction({}, async (tx) => commit(await tx.read(bound, [])))],
  [
    'transaction with a bound of its own',
    (connection) =>
      connection.transaction({ statementTimeoutMs: 120_000 }, async (tx) => commit(await tx.read(bound, []))),
  ],
];

describe.each(WAYS)('a statement by %s', (name, run) => {
  const ownMs = name.endsWith('own') ? 120_000 : 5_000;

  it('has its ordinary bound while the request has more time than that', async () => {
    expect(await database.connect(run, inMs(200_000))).toEqual([{ ms: ownMs }]);
    expect(await database.connect(run)).toEqual([{ ms: ownMs }]);
  });

  it('has what is left when that is less, and leaves the session as it was', async () => {
    expect(await database.connect(run, inMs(1_234.5))).toEqual([{ ms: 1_235 }]);
    expect(await database.connect(run)).toEqual([{ ms: ownMs }]);
  });

  it('is not sent when nothing is left', async () => {
    await expect(
      database.connect(async (connection) => {
        deadline.end();
        return run(connection);
      }, deadline),
    ).rejects.toBeInstanceOf(DeadlinePassed);
  });
  const deadline = inMs(60_000);
});

it('ends a statement when the request has no more time for it', async () => {
  const paused = database.connect((connection) => connection.read(pause, []), new Deadline(100));
  expect(sqlstateOf(await paused.catch((error: unknown) => error))).toBe('57014');
});

it('rolls a transaction back whose time is up between two statements', async () => {
  const deadline = inMs(60_000);
  const late = database.connect(
    (connection) =>
      connection.transaction({}, async (tx) => {
        await tx.run(addVenue, ['late']);
        deadline.end();
        return commit(await tx.run(addVenue, ['later']));
      }),
    deadline,
  );
  await expect(late).rejects.toBeInstanceOf(DeadlinePassed);
  expect(await database.sql(`select from venue where venue_id in ('late', 'later')`)).toEqual([]);
});

describe('a wait for a connection', () => {
  const lent: (() => void)[] = [];
  afterEach(() => {
    for (const giveBack of lent.splice(0)) giveBack();
  });

  /** A pool of one connection, which is lent. */
  async function fullPool(): Promise<Database> {
    const pool = database.open({ poolSize: 1, acquireTimeoutMs: 60_000 });
    await new Promise<void>((resolve) => {
      void pool.connect(
        () =>
          new Promise<void>((giveBack) => {
            lent.push(giveBack);
            resolve();
          }),
      );
    });
    return pool;
  }

  it('ends with the time of the request, and what comes later goes to the next', async () => {
    const pool = await fullPool();
    const work = (): Promise<string> => Promise.resolve('worked');
    await expect(pool.connect(work, inMs(20))).rejects.toMatchObject({ reason: 'pool' });
    await expect(pool.connect(work, inMs(20))).rejects.toBeInstanceOf(ConnectionUnavailable);
    const next = pool.connect(work, new Deadline(60_000));
    lent.pop()!();
    expect(await next).toBe('worked');
    await until(async () => pool.pool.idleCount === pool.pool.totalCount && pool.pool.waitingCount === 0);
  });

  it('does not begin when nothing is left', async () => {
    const pool = await fullPool();
    await expect(pool.connect(() => Promise.resolve(), inMs(0))).rejects.toBeInstanceOf(DeadlinePassed);
    expect(pool.pool.waitingCount).toBe(0);
  });
});
