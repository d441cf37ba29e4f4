/** What an operation answers when it gets no connection, or its transaction fails; for each of the operations. */
import { afterEach, describe, expect, it } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { useDatabase } from '../../test/support/database.ts';
import { startFaultyProxy } from '../../test/support/faulty-proxy.ts';
import type { FaultyProxy } from '../../test/support/faulty-proxy.ts';
import { connected, createGate, settledOrBlocked, until } from '../../test/support/gate.ts';
import { OPERATIONS } from '../../test/support/requests.ts';
import { giveMoney, holdSeats, payCommand } from '../../test/support/fixture.ts';
import { violationsIn } from '../../test/support/state.ts';
import type { Database, DatabaseOptions } from '../db/database.ts';
import type { Outcome } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import { Deadline } from '../lib/deadline.ts';
import type { HoldCommand } from './hold/hold.ts';
import { PAY_STRATEGIES } from './pay/strategies.ts';
import { settle } from './settle.ts';
import { execute } from '../../test/support/execute.ts';

const database = useDatabase();
const proxies: FaultyProxy[] = [];
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

/** How many sessions of that name the server has. */
async function sessionsOf(applicationName: string): Promise<number> {
  const text = `select 1 from pg_stat_activity where application_name = $1`;
  return (await database.sql(text, [applicationName])).length;
}

/** A pool that reaches the server by way of a proxy of its own. */
async function openProxied(
  options: Partial<DatabaseOptions> = {},
): Promise<{ proxy: FaultyProxy; proxied: Database }> {
  const proxy = await startFaultyProxy(database.url);
  proxies.push(proxy);
  return { proxy, proxied: database.open({ url: proxy.url, poolSize: 2, ...options }) };
}

describe('without a connection', () => {
  it('every operation answers overloaded while the server cannot be reached, and succeeds afterwards', async () => {
    const requests = await Promise.all(OPERATIONS.map(([, newRequest]) => newRequest(database)));
    const { proxy, proxied } = await openProxied({ poolSize: 10, acquireTimeoutMs: 1_000 });
    for (const how of ['refuse', 'stay silent'] as const) {
      proxy.disconnect(how);
      const answers = await Promise.all(requests.map((request) => request.send({ database: proxied })));
      const unreachable = { outcome: 'overloaded', cause: 'database' };
      expect(answers).toEqual(requests.map(() => unreachable));
    }
    proxy.reconnect();
    await connected(proxied);
    for (const request of requests) {
      expect((await request.send({ database: proxied })).outcome).toBe(request.won);
    }
  });

  it('every operation answers contended when the pool is busy for too long, and overloaded when its queue is full', async () => {
    const requests = await Promise.all(OPERATIONS.map(([, newRequest]) => newRequest(database)));
    const narrow = database.open({ poolSize: 1, acquireTimeoutMs: 1_000, waitersMax: requests.length });
    await connected(narrow);
    const busy = createGate();
    const occupying = narrow.connect(() => busy.racePoint('expire: before write'));
    await busy.arrived(1);
    const waiting = requests.map((request) => request.send({ database: narrow }));
    for (const request of requests) {
      expect(await request.send({ database: narrow })).toEqual({ outcome: 'overloaded', cause: 'queue' });
    }
    expect(await Promise.all(waiting)).toEqual(requests.map(() => ({ outcome: 'contended', cause: 'pool' })));
    busy.open();
    await occupying;
    for (const request of requests) {
      expect((await request.send({ database: narrow })).outcome).toBe(request.won);
      expect(await request.effects()).toBe(1);
    }
  });
});

describe('with a transaction that fails', () => {
  it('every operation answers overloaded when the server ends its idle session, and its pool recovers', async () => {
    await Promise.all(
      OPERATIONS.map(async ([, newRequest]) => {
        const request = await newRequest(database);
        const applicationName = `dawdling ${request.won}`;
        const narrow = database.open({ poolSize: 1, idleInTransactionTimeoutMs: 1_000, applicationName });
        const gate = createGate();
        const answering = request.send({ database: narrow, racePoint: gate.racePoint });
        await gate.arrived(1);
        await until(async () => {
          return (await sessionsOf(applicationName)) === 0;
        });
        gate.open();
        expect(await answering).toEqual({ outcome: 'overloaded', cause: 'database' });
        expect(await request.effects()).toBe(0);
        expect((await request.send({ database: narrow })).outcome).toBe(request.won);
      }),
    );
  });

  it.each(OPERATIONS)(
    '%s answers overloaded when the connection dies before COMMIT',
    async (_, newRequest) => {
      const request = await newRequest(database);
      const { proxy, proxied } = await openProxied();
      const gate = createGate();
      const answering = request.send({ database: proxied, racePoint: gate.racePoint });
      await gate.arrived(1);
      proxy.disconnect('refuse');
      gate.open();
      expect(await answering).toEqual({ outcome: 'overloaded', cause: 'database' });
      proxy.reconnect();
      expect(await request.effects()).toBe(0);
      expect((await request.send({ database: proxied })).outcome).toBe(request.won);
    },
  );
});

it('answers contended to the victim of a deadlock, which has changed nothing and may try again', async () => {
  for (let round = 1; ; round += 1) {
    const hold = await holdSeats(database, await plantPerformance(database, { price: 700 }), [1]);
    await giveMoney(database, hold.accountId, 700);
    const { paid, rivalIsVictim } = await payInDeadlock(hold);
    // The one that has waited longer detects the deadlock first and ends its own transaction; on a busy
    // machine that may be the rival.
    expect(paid.outcome).toBe(rivalIsVictim ? 'paid' : 'contended');
    if (rivalIsVictim && round < 5) continue;
    expect(paid).toEqual({ outcome: 'contended', cause: '40P01' });
    expect(await execute(PAY_STRATEGIES[0], { database }, payCommand(hold))).toMatchObject({
      outcome: 'paid',
    });
    return;
  }
});

/** A payment that meets a transaction with the wrong order of locks: the seat before its reservation. */
async function payInDeadlock(
  hold: HoldCommand,
): Promise<{ paid: { readonly outcome: string }; rivalIsVictim: boolean }> {
  const rival = await database.pool.connect();
  try {
    await rival.query('begin');
    await rival.query(`select 1 from seat where performance_id = $1 for update`, [hold.performanceId]);
    const patient = database.open({ lockTimeoutMs: 0 });
    const paying = execute(PAY_STRATEGIES[0], { database: patient }, payCommand(hold));
    await settledOrBlocked(database, paying);
    const locking = rival.query(`select 1 from reservation where performance_id = $1 for update`, [
      hold.performanceId,
    ]);
    const rivalIsVictim = await locking.then(
      () => false,
      () => true,
    );
    await rival.query('rollback');
    return { paid: await paying, rivalIsVictim };
  } finally {
    rival.release();
  }
}

it('begins no attempt once the time was up when the connection came, and says so', async () => {
  const deadline = new Deadline(60_000);
  const late: Database = {
    ...database,
    connect: (work) =>
      database.connect((connection) => {
        deadline.end();
        return work(connection);
      }),
  };
  let attempts = 0;
  const core = {
    attempt: async (): Promise<Outcome> => {
      attempts += 1;
      return { outcome: 'done' };
    },
    refuseWith: async () => refuse('sales_closed', { reason: 'paused' }),
    replay: async () => undefined,
  };
  const answer = await settle(late, core, {}, { deadline });
  expect({ answer, attempts }).toEqual({ answer: { outcome: 'contended', cause: 'deadline' }, attempts: 0 });
});

it('has left everything consistent', async () => {
  expect(await violationsIn(database)).toEqual([]);
});
