/** The pool's bounds, and what is left of a connection whose transaction failed. */
import pg from 'pg';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { startFaultyProxy } from '../../test/support/faulty-proxy.ts';
import type { FaultyProxy } from '../../test/support/faulty-proxy.ts';
import { connected, createGate, until } from '../../test/support/gate.ts';
import type { Database, TransactionOptions } from './database.ts';
import {
  commit,
  CommitUnknown,
  ConnectionLost,
  ConnectionUnavailable,
  DATABASE_DEFAULTS,
  databaseOptions,
  rollback,
} from './database.ts';
import { errorKindOf, sqlstateOf } from './sqlstate.ts';
import { statement } from './statement.ts';

const database = useDatabase();
const proxies: FaultyProxy[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

async function startProxy(): Promise<FaultyProxy> {
  const proxy = await startFaultyProxy(database.url);
  proxies.push(proxy);
  return proxy;
}

const addVenue = statement({
  name: 'test_add_venue',
  group: 'catalogue',
  writes: true,
  params: ['text'],
  columns: { xid: 'text' },
  text: `insert into venue (venue_id, name) values ($1, '{}') returning pg_current_xact_id()::text as xid`,
});
const pid = statement({
  name: 'test_pid',
  group: 'any',
  params: [],
  columns: { pid: 'integer' },
  text: `select pg_backend_pid() as pid`,
});
const pause = statement({
  name: 'test_sleep',
  group: 'any',
  writes: true,
  params: ['double precision'],
  columns: {},
  text: `select from pg_sleep($1)`,
});
const pauseReading = statement({
  name: 'test_sleep_reading',
  group: 'any',
  params: ['double precision'],
  columns: {},
  text: `select from pg_sleep($1)`,
});
const settings = statement({
  name: 'test_settings',
  group: 'any',
  params: [],
  columns: { isolation: 'text', read_only: 'text', statement_timeout: 'text' },
  text: `
    select
      current_setting('transaction_isolation') as isolation,
      current_setting('transaction_read_only') as read_only,
      current_setting('statement_timeout') as statement_timeout`,
});
const moment = statement({
  name: 'test_moment',
  group: 'any',
  params: [],
  columns: { at: 'timestamp with time zone' },
  text: `select '2026-11-12T10:09:08.007Z'::timestamptz as at`,
});
const configure = statement({
  name: 'test_configure',
  group: 'any',
  writes: true,
  params: ['text', 'text'],
  columns: {},
  text: `select from set_config($1, $2, false)`,
});
const bigint = statement({
  name: 'test_bigint',
  group: 'any',
  params: ['text'],
  columns: { value: 'bigint' },
  text: `select $1::text::bigint as value`,
});

it('has every bound that is not given, also where undefined is', () => {
  const url = 'postgres://127.0.0.1/rowlock';
  const given = { poolSize: 3, acquireTimeoutMs: undefined, lockTimeoutMs: 0 };
  expect(databaseOptions(url, given)).toEqual({ ...DATABASE_DEFAULTS, url, poolSize: 3, lockTimeoutMs: 0 });
});

let venues = 0;
function someVenue(): string {
  venues += 1;
  return `venue-${venues}`;
}

async function isThere(venueId: string): Promise<boolean> {
  return (await database.sql(`select 1 from venue where venue_id = $1`, [venueId])).length === 1;
}

function add(target: Database, venueId: string): Promise<void> {
  return target.connect((connection) =>
    connection.transaction({}, async (tx) => {
      await tx.run(addVenue, [venueId]);
      return commit(undefined);
    }),
  );
}

/** What a promise is rejected with. */
async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Ends a session from outside, as an administrator or a crash of its process does. */
async function terminate(backend: number): Promise<void> {
  await database.sql(`select pg_terminate_backend($1, 5000)`, [backend]);
}

describe('a transaction', () => {
  it('is committed or rolled back as its work says, and rolled back when its work throws', async () => {
    const narrow = database.open({ poolSize: 1 });
    const [kept, dropped, failed] = [someVenue(), someVenue(), someVenue()];
    await add(narrow, kept);
    const value = await narrow.connect((connection) =>
      connection.transaction({}, async (tx) => {
        await tx.run(addVenue, [dropped]);
        return rollback('a loser');
      }),
    );
    expect(value).toBe('a loser');
    const throwing = narrow.connect((connection) =>
      connection.transaction({}, async (tx) => {
        await tx.run(addVenue, [failed]);
        throw new Error('the work fails');
      }),
    );
    await expect(throwing).rejects.toThrow('the work fails');
    expect([await isThere(kept), await isThere(dropped), await isThere(failed)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('is rolled back before its connection is used again, whatever failed in it', async () => {
    const narrow = database.open({ poolSize: 1 });
    const venueId = someVenue();
    await add(narrow, venueId);
    const pids = await narrow.connect(async (connection) => {
      const [before] = await connection.read(pid, []);
      const twice = connection.transaction({}, async (tx) => {
        await tx.run(addVenue, [venueId]);
        return commit(undefined);
      });
      expect(sqlstateOf(await errorOf(twice))).toBe('23505');
      // In a failed transaction this would raise 25P02.
      const [after] = await connection.read(pid, []);
      return [before?.pid, after?.pid];
    });
    expect(pids[0]).toBe(pids[1]);
    await add(narrow, someVenue());
  });

  it('does not pass for committed when its work ignored a failed statement', async () => {
    const narrow = database.open({ poolSize: 1 });
    const [first, second] = [someVenue(), someVenue()];
    await add(narrow, first);
    const ignoring = narrow.connect((connection) =>
      connection.transaction({}, async (tx) => {
        await tx.run(addVenue, [second]);
        await errorOf(tx.run(addVenue, [first]));
        return commit(undefined);
      }),
    );
    await expect(ignoring).rejects.toThrow('COMMIT rolled back');
    expect(await isThere(second)).toBe(false);
    await add(narrow, second);
  });

  it('has the isolation, the access and the timeout that it states, and the next one the usual', async () => {
    const narrow = database.open({ poolSize: 1, statementTimeoutMs: 2_000 });
    const seen = await narrow.connect(async (connection) => {
      const options = { isolation: 'serializable', readOnly: true, statementTimeoutMs: 9_000 } as const;
      return [
        await connection.transaction(options, async (tx) => commit(await tx.run(settings, []))),
        await connection.transaction({}, async (tx) => commit(await tx.run(settings, []))),
      ].flat();
    });
    expect(seen).toEqual([
      { isolation: 'serializable', read_only: 'on', statement_timeout: '9s' },
      { isolation: 'read committed', read_only: 'off', statement_timeout: '2s' },
    ]);
  });

  it('sends a first statement that writes nothing together with BEGIN, and nothing after a BEGIN that failed', async () => {
    const events: string[] = [];
    const clients = pg.Client.prototype as unknown as { query: (...given: unknown[]) => Promise<unknown> };
    const send = clients.query;
    vi.spyOn(clients, 'query').mockImplementation(function (this: unknown, ...given: unknown[]) {
      const [asked] = given as [string | { readonly name: string }];
      const name = typeof asked === 'string' ? asked.split(' ')[0]! : asked.name;
      events.push(`${name} sent`);
      return Reflect.apply(send, this, given).finally(() => events.push(`${name} answered`));
    });
    const transact = (options: TransactionOptions): Promise<unknown> =>
      database.connect((connection) =>
        connection.transaction(options, async (tx) => {
          await tx.run(settings, []);
          await tx.run(addVenue, [someVenue()]);
          return rollback(undefined);
        }),
      );
    await transact({ readsFirst: true });
    expect(events.slice(0, 3)).toEqual(['begin sent', 'test_settings sent', 'begin answered']);
    events.length = 0;
    await transact({});
    expect(events.slice(0, 3)).toEqual(['begin sent', 'begin answered', 'test_settings sent']);
    events.length = 0;
    await expect(transact({ readsFirst: true, isolation: 'none' as never })).rejects.toThrow('syntax error');
    expect(events).not.toContain('test_add_venue sent');
  });

  it('begins with the prologue, and so does a statement that would commit by itself', async () => {
    const order: string[] = [];
    const prologued = database
      .withPrologue(async () => void order.push('outer'))
      .withPrologue(async (tx) => {
        order.push(`inner ${(await tx.run(settings, []))[0]?.isolation}`);
      });
    const venueId = someVenue();
    await add(prologued, venueId);
    await prologued.connect((connection) => connection.autocommit(addVenue, [someVenue()]));
    expect(order).toEqual(['outer', 'inner read committed', 'outer', 'inner read committed']);
    const failing = database.withPrologue(async () => {
      throw new Error('no lock');
    });
    const refused = someVenue();
    await expect(failing.connect((connection) => connection.autocommit(addVenue, [refused]))).rejects.toThrow(
      'no lock',
    );
    expect(await isThere(refused)).toBe(false);
  });
});

describe('the pool', () => {
  it('lends no connection later than its acquire timeout, and queues no more than it may', async () => {
    const narrow = database.open({ poolSize: 1, acquireTimeoutMs: 1_000, waitersMax: 1 });
    await connected(narrow);
    const busy = createGate();
    const occupying = narrow.connect(() => busy.racePoint('expire: before write'));
    await busy.arrived(1);
    const waiting = errorOf(narrow.connect(async () => undefined));
    expect(await errorOf(narrow.connect(async () => undefined))).toMatchObject({ reason: 'queue' });
    expect(await waiting).toMatchObject({ reason: 'pool' });
    busy.open();
    await occupying;
    await add(narrow, someVenue());
  });

  it('says that the database is not to be reached when it refuses, is silent or is gone, and recovers', async () => {
    const proxy = await startProxy();
    const narrow = database.open({ url: proxy.url, poolSize: 1, acquireTimeoutMs: 1_000 });
    await connected(narrow);
    for (const how of ['refuse', 'stay silent'] as const) {
      proxy.disconnect(how);
      // A connection whose end is not yet known would be lent, and lost.
      await until(async () => narrow.pool.totalCount === 0);
      const error = await errorOf(add(narrow, someVenue()));
      expect(error).toBeInstanceOf(ConnectionUnavailable);
      expect(error).toMatchObject({ reason: 'database' });
      proxy.reconnect();
      await connected(narrow);
      await add(narrow, someVenue());
    }
    const gone = database.open({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
    expect(await errorOf(add(gone, someVenue()))).toMatchObject({ reason: 'database' });
  });

  it('does not take a wrong name of a database for one that is away', async () => {
    const url = new URL(database.url);
    url.pathname = '/no_such_database';
    const misled = database.open({ url: url.href });
    expect(sqlstateOf(await errorOf(add(misled, someVenue())))).toBe('3D000');
  });

  it('replaces a connection that dies while nobody uses it', async () => {
    const narrow = database.open({ poolSize: 1 });
    const [session] = await narrow.connect((connection) => connection.read(pid, []));
    await terminate(session!.pid);
    await until(async () => narrow.pool.totalCount === 0);
    await add(narrow, someVenue());
  });
});

describe('a reset', () => {
  it('finds a listener on a client from the moment in which the pool hands it out', async () => {
    const { pool } = database.open({ poolSize: 1 });
    // Awaiting would give others a turn in which to add one.
    const listeners = await pool.connect().then((client) => {
      const count = (client as pg.PoolClient).listenerCount('error');
      client.release();
      return count;
    });
    expect(listeners).toBeGreaterThan(0);
  });

  it('of a new connection, behind any message of the server, fails the request and not the process', async () => {
    const proxy = await startProxy();
    const narrow = database.open({ url: proxy.url, poolSize: 1 });
    // The start-up exchange has some twenty messages (authentication, parameters, ReadyForQuery), the insert
    // some ten more.
    for (let messages = 1; messages <= 40; messages += 1) {
      proxy.resetAfterServerMessages(messages);
      const error = await errorOf(add(narrow, someVenue()));
      if (error !== undefined)
        expect(
          [ConnectionUnavailable, ConnectionLost, CommitUnknown].some((kind) => error instanceof kind),
        ).toBe(true);
    }
    proxy.resetAfterServerMessages(undefined);
    proxy.reconnect();
    await until(async () => narrow.pool.totalCount === 0);
    await add(narrow, someVenue());
  });
});

describe('a connection', () => {
  it('ends a statement at its timeout, and can be used again', async () => {
    const narrow = database.open({ poolSize: 1, statementTimeoutMs: 1_000 });
    expect(
      sqlstateOf(await errorOf(narrow.connect((connection) => connection.autocommit(pause, [60])))),
    ).toBe('57014');
    await add(narrow, someVenue());
    const slow = narrow.connect((connection) =>
      connection.transaction({ statementTimeoutMs: 5_000 }, async (tx) => commit(await tx.run(pause, [1.2]))),
    );
    await slow;
  });

  it('reads times where the database writes them in its own way', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await database.sql(`alter database ${name} set datestyle = 'SQL, DMY'`);
    try {
      const rows = database.open().connect((connection) => connection.read(moment, []));
      expect(await rows).toEqual([{ at: new Date('2026-11-12T10:09:08.007Z') }]);
    } finally {
      await database.sql(`alter database ${name} reset datestyle`);
    }
  });

  it('ends a lock wait at its timeout, and can be used again', async () => {
    const narrow = database.open({ poolSize: 1, lockTimeoutMs: 100 });
    const venueId = someVenue();
    const blocker = await database.pool.connect();
    try {
      await blocker.query('begin');
      await blocker.query(`insert into venue (venue_id, name) values ($1, '{}')`, [venueId]);
      expect(sqlstateOf(await errorOf(add(narrow, venueId)))).toBe('55P03');
    } finally {
      await blocker.query('rollback');
      blocker.release();
    }
    await add(narrow, venueId);
  });

  it('is replaced where its server takes no writes any more, as the old primary after a failover', async () => {
    const narrow = database.open({ poolSize: 1 });
    const readOnly = ['default_transaction_read_only', 'on'] as const;
    for (const failing of [
      () => add(narrow, someVenue()),
      () => narrow.connect((connection) => connection.autocommit(addVenue, [someVenue()])),
    ]) {
      await narrow.connect((connection) => connection.autocommit(configure, readOnly));
      const error = await errorOf(failing());
      expect(sqlstateOf(error)).toBe('25006');
      expect(errorKindOf(error)).toBe('overloaded');
      await add(narrow, someVenue());
    }
  });

  it('is replaced when the server has ended it for being idle while a statement was on its way', async () => {
    const narrow = database.open({ poolSize: 1 });
    const late = narrow.connect(async (connection) => {
      await connection.autocommit(configure, ['idle_session_timeout', '10ms']);
      // The server's word arrives, and is read only after the statement has been sent.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      return connection.autocommit(addVenue, [someVenue()]);
    });
    const error = await errorOf(late);
    expect(sqlstateOf(error)).toBe('57P05');
    expect(errorKindOf(error)).toBe('overloaded');
    await add(narrow, someVenue());
  });

  it('is lost, and replaced, when it dies between two statements or under one', async () => {
    const narrow = database.open({ poolSize: 1 });
    const between = narrow.connect((connection) =>
      connection.transaction({}, async (tx) => {
        const [session] = await tx.run(pid, []);
        await terminate(session!.pid);
        return commit(await tx.run(addVenue, [someVenue()]));
      }),
    );
    expect(await errorOf(between)).toBeInstanceOf(ConnectionLost);
    const under = narrow.connect(async (connection) => {
      const [session] = await connection.read(pid, []);
      const sleeping = errorOf(connection.read(pauseReading, [60]));
      await terminate(session!.pid);
      throw await sleeping;
    });
    expect(await errorOf(under)).toBeInstanceOf(ConnectionLost);
    await add(narrow, someVenue());
  });

  it('is lost when the server ends a session that forgot its transaction', async () => {
    const narrow = database.open({ poolSize: 1, idleInTransactionTimeoutMs: 1_000 });
    const forgetting = narrow.connect((connection) =>
      connection.transaction({}, async (tx) => {
        const [session] = await tx.run(pid, []);
        await until(
          async () =>
            (await database.sql(`select 1 from pg_stat_activity where pid = $1`, [session!.pid])).length ===
            0,
        );
        return commit(await tx.run(addVenue, [someVenue()]));
      }),
    );
    expect(await errorOf(forgetting)).toBeInstanceOf(ConnectionLost);
    await add(narrow, someVenue());
  });

  it('names the transaction whose COMMIT it lost', async () => {
    const proxy = await startProxy();
    const narrow = database.open({ url: proxy.url, poolSize: 1 });
    for (const [fault, status] of [
      ['lose the answer', 'committed'],
      ['lose the request', 'aborted'],
    ] as const) {
      const venueId = someVenue();
      proxy.failNextCommit(fault);
      const losing = narrow.connect((connection) =>
        connection.transaction({}, async (tx) => {
          const [added] = await tx.run(addVenue, [venueId]);
          tx.noteXid(added!.xid);
          return commit(undefined);
        }),
      );
      const error = await errorOf(losing);
      expect(error).toBeInstanceOf(CommitUnknown);
      const statusNow = async (): Promise<string> => {
        const [row] = await database.sql<{ status: string }>(`select pg_xact_status($1::xid8) as status`, [
          (error as CommitUnknown).xid,
        ]);
        return row!.status;
      };
      await until(async () => (await statusNow()) !== 'in progress');
      expect(await statusNow()).toBe(status);
      expect(await isThere(venueId)).toBe(status === 'committed');
    }
  });

  it('does not know what became of a statement that commits by itself and was cut', async () => {
    const proxy = await startProxy();
    const narrow = database.open({ url: proxy.url, poolSize: 1 });
    const cut = narrow.connect(async (connection) => {
      const sleeping = errorOf(connection.autocommit(pause, [60]));
      proxy.disconnect('refuse');
      throw await sleeping;
    });
    const error = await errorOf(cut);
    expect(error).toBeInstanceOf(CommitUnknown);
    expect((error as CommitUnknown).xid).toBeUndefined();
  });

  it('reads a bigint exactly or not at all', async () => {
    const read = (value: string): Promise<readonly { value: number }[]> =>
      database.connect((connection) => connection.read(bigint, [value]));
    expect(await read('9007199254740991')).toEqual([{ value: 9_007_199_254_740_991 }]);
    await expect(read('9007199254740993')).rejects.toThrow('9007199254740993 is not a safe integer');
    // The connection of the failed read goes on.
    expect(await read('-5')).toEqual([{ value: -5 }]);
  });
});
