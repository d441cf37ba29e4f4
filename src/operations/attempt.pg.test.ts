/** What an operation answers when its connection, its transaction or its COMMIT fails; for each of the operations. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { tally } from '../../test/support/conformance.ts';
import { useDatabase } from '../../test/support/database.ts';
import { startFaultyProxy } from '../../test/support/faulty-proxy.ts';
import type { FaultyProxy } from '../../test/support/faulty-proxy.ts';
import { createGate, settledOrBlocked, until } from '../../test/support/gate.ts';
import {
  buySeats,
  chargeCommand,
  giveMoney,
  holdCommand,
  holdSeats,
  payCommand,
  refundCommand,
  someAccount,
} from '../../test/support/stage.ts';
import { violationsIn } from '../../test/support/state.ts';
import type { Database, DatabaseOptions } from '../db/database.ts';
import type { ChargeStrategy } from './charge/charge.ts';
import { CHARGE_STRATEGIES } from './charge/strategies.ts';
import type { HoldCommand, HoldStrategy } from './hold/hold.ts';
import { HOLD_STRATEGIES } from './hold/strategies.ts';
import type { PayStrategy } from './pay/pay.ts';
import { PAY_STRATEGIES } from './pay/strategies.ts';
import { refund } from './refund/refund.ts';
import { release } from './release/release.ts';
import type { OperationContext } from './strategy.ts';

const database = useDatabase();
const proxies: FaultyProxy[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

/** A pool that reaches the server by way of a proxy of its own. */
async function openProxied(
  options: Partial<DatabaseOptions> = {},
): Promise<{ proxy: FaultyProxy; proxied: Database }> {
  const proxy = await startFaultyProxy(database.url);
  proxies.push(proxy);
  return { proxy, proxied: database.open({ url: proxy.url, poolSize: 2, ...options }) };
}

/** A request that would succeed, and how often it has taken effect so far. */
interface Request {
  readonly won: string;
  readonly send: (context: OperationContext) => Promise<{ readonly outcome: string }>;
  readonly effects: () => Promise<number>;
}

async function count(text: string, ...values: readonly string[]): Promise<number> {
  const [row] = await database.sql<{ count: number }>(`select count(*)::int as count ${text}`, values);
  return row!.count;
}

async function newCharge(strategy: ChargeStrategy = CHARGE_STRATEGIES[0]): Promise<Request> {
  const command = chargeCommand({ accountId: someAccount() });
  await giveMoney(database, command.accountId, 5_000);
  return {
    won: 'charged',
    send: (context) => strategy.execute(context, command),
    effects: () => count(`from ledger_entry where key = $1`, command.idempotencyKey),
  };
}

async function newHold(strategy: HoldStrategy = HOLD_STRATEGIES[0]): Promise<Request> {
  const performanceId = await plantPerformance(database);
  const command = holdCommand({ performanceId, accountId: someAccount(), seats: [1, 2] });
  return {
    won: 'held',
    send: (context) => strategy.execute(context, command),
    effects: () => count(`from reservation where reservation_id = $1`, command.reservationId),
  };
}

async function newPayment(strategy: PayStrategy = PAY_STRATEGIES[0]): Promise<Request> {
  const hold = await holdSeats(database, await plantPerformance(database, { price: 700 }), [1, 2]);
  await giveMoney(database, hold.accountId, 5_000);
  const command = payCommand(hold);
  return {
    won: 'paid',
    send: (context) => strategy.execute(context, command),
    effects: () =>
      count(`from ledger_entry where kind = 'payment' and reservation_id = $1`, hold.reservationId),
  };
}

async function newRefund(): Promise<Request> {
  const command = refundCommand(await buySeats(database, await plantPerformance(database), [1, 2]));
  return {
    won: 'refunded',
    send: (context) => refund(context, command),
    effects: () =>
      count(`from ledger_entry where kind = 'refund' and reservation_id = $1`, command.reservationId),
  };
}

async function newRelease(): Promise<Request> {
  const hold = await holdSeats(database, await plantPerformance(database), [1, 2]);
  return {
    won: 'released',
    send: (context) => release(context, hold),
    effects: () =>
      count(`from reservation where state = 'released' and reservation_id = $1`, hold.reservationId),
  };
}

type NewRequest = () => Promise<Request>;

/** Every operation, by its default strategy. */
const OPERATIONS: readonly (readonly [string, NewRequest])[] = [
  ['charge', () => newCharge()],
  ['hold', () => newHold()],
  ['pay', () => newPayment()],
  ['refund', newRefund],
  ['release', newRelease],
];

/** Every operation, by every strategy that serves buyers. */
const STRATEGIES: readonly (readonly [string, NewRequest])[] = [
  ...namedRequests('charge', CHARGE_STRATEGIES, newCharge),
  ...namedRequests('hold', HOLD_STRATEGIES, newHold),
  ...namedRequests('pay', PAY_STRATEGIES, newPayment),
  ['refund', newRefund],
  ['release', newRelease],
];

function namedRequests<S extends { readonly name: string; readonly use: 'service' | 'lab' }>(
  operation: string,
  strategies: readonly S[],
  newRequest: (strategy: S) => Promise<Request>,
): (readonly [string, NewRequest])[] {
  return strategies
    .filter((strategy) => strategy.use === 'service')
    .map((strategy) => [`${operation}/${strategy.name}`, () => newRequest(strategy)] as const);
}

describe.each(STRATEGIES)('%s, when COMMIT gets lost,', (_, newRequest) => {
  it('finds out that it has committed, and answers with its one effect', async () => {
    const request = await newRequest();
    const { proxy, proxied } = await openProxied();
    proxy.failNextCommit('lose the answer');
    const answer = await request.send({ database: proxied });
    expect(answer.outcome).toBe(request.won);
    await proxy.faulted(1);
    expect(await request.effects()).toBe(1);
    expect(await request.send({ database: proxied })).toEqual(answer);
    expect(await request.effects()).toBe(1);
  });

  it('finds out that it has not committed, has changed nothing, and succeeds when it is sent again', async () => {
    const request = await newRequest();
    const { proxy, proxied } = await openProxied();
    proxy.failNextCommit('lose the request');
    expect(await request.send({ database: proxied })).toEqual({ outcome: 'contended', cause: 'database' });
    expect(await request.effects()).toBe(0);
    expect((await request.send({ database: proxied })).outcome).toBe(request.won);
    expect(await request.effects()).toBe(1);
  });
});

describe.each(OPERATIONS)('%s, when COMMIT gets lost on its way,', (_, newRequest) => {
  it('waits for a commit that is still in progress, whose row can not be seen yet', async () => {
    const request = await newRequest();
    const { proxy, proxied } = await openProxied();
    const commits = await delayCommits();
    proxy.failNextCommit('cut at once');
    const answering = request.send({ database: proxied });
    await proxy.faulted(1);
    await askedForStatus();
    // The control: whoever looks for the row now, and not for the transaction, believes that nothing has happened.
    expect(await request.effects()).toBe(0);
    await commits.resume();
    expect((await answering).outcome).toBe(request.won);
    expect(await request.effects()).toBe(1);
  });

  it('waits for a commit that is still in progress and then fails', async () => {
    const request = await newRequest();
    const { proxy, proxied } = await openProxied();
    const commits = await delayCommits();
    proxy.failNextCommit('cut at once');
    const answering = request.send({ database: proxied });
    await proxy.faulted(1);
    await askedForStatus();
    await commits.abort();
    expect(await answering).toEqual({ outcome: 'contended', cause: 'database' });
    expect(await request.effects()).toBe(0);
    expect((await request.send({ database: proxied })).outcome).toBe(request.won);
  });
});

it('answers with the effect when COMMIT has no answer for longer than a statement may take', async () => {
  await Promise.all(
    OPERATIONS.map(async ([, newRequest]) => {
      const request = await newRequest();
      const { proxy, proxied } = await openProxied({ statementTimeoutMs: 1_000 });
      proxy.failNextCommit('freeze the answer');
      const answer = await request.send({ database: proxied });
      expect(answer.outcome).toBe(request.won);
      expect(await request.effects()).toBe(1);
      expect(await request.send({ database: proxied })).toEqual(answer);
    }),
  );
});

it('answers outcome_unknown when the server is gone after COMMIT, and the one answer once it is back', async () => {
  const started = await Promise.all(
    OPERATIONS.map(async ([, newRequest], index) => {
      const request = await newRequest();
      const { proxy, proxied } = await openProxied();
      const fault = index % 2 === 0 ? 'lose the answer' : 'lose the request';
      proxy.failNextCommit(fault, 'server unreachable');
      const answering = request.send({ database: proxied });
      return { request, proxy, proxied, answering, effects: fault === 'lose the answer' ? 1 : 0 };
    }),
  );
  // Each has begun to watch its transaction; the watch ends when the clock has gone on by ten seconds.
  await Promise.all(started.map(({ proxy }) => proxy.turnedAway(1)));
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 });
  const answers = await Promise.all(started.map(({ answering }) => answering));
  vi.useRealTimers();
  expect(tally(answers)).toEqual({ outcome_unknown: OPERATIONS.length });
  for (const { request, proxy, proxied, effects } of started) {
    expect(await request.effects()).toBe(effects);
    proxy.reconnect();
    const answer = await request.send({ database: proxied });
    expect(answer.outcome).toBe(request.won);
    expect(await request.send({ database: proxied })).toEqual(answer);
    expect(await request.effects()).toBe(1);
  }
});

describe('without a connection', () => {
  it('every operation answers overloaded while the server can not be reached, and succeeds afterwards', async () => {
    const requests = await Promise.all(OPERATIONS.map(([, newRequest]) => newRequest()));
    const { proxy, proxied } = await openProxied({ poolSize: 10, acquireTimeoutMs: 1_000 });
    for (const how of ['refuse', 'stay silent'] as const) {
      proxy.disconnect(how);
      const answers = await Promise.all(requests.map((request) => request.send({ database: proxied })));
      const unreachable = { outcome: 'overloaded', cause: 'database' };
      expect(answers).toEqual(requests.map(() => unreachable));
    }
    proxy.reconnect();
    for (const request of requests) {
      expect((await request.send({ database: proxied })).outcome).toBe(request.won);
    }
  });

  it('every operation answers contended when the pool is busy for too long, and overloaded when its queue is full', async () => {
    const requests = await Promise.all(OPERATIONS.map(([, newRequest]) => newRequest()));
    const narrow = database.open({ poolSize: 1, acquireTimeoutMs: 1_000, waitersMax: requests.length });
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
        const request = await newRequest();
        const applicationName = `dawdling ${request.won}`;
        const narrow = database.open({ poolSize: 1, idleInTransactionTimeoutMs: 1_000, applicationName });
        const gate = createGate();
        const answering = request.send({ database: narrow, racePoint: gate.racePoint });
        await gate.arrived(1);
        await until(async () => {
          return (await count(`from pg_stat_activity where application_name = $1`, applicationName)) === 0;
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
      const request = await newRequest();
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
  const pay = PAY_STRATEGIES[0].execute;
  for (let round = 1; ; round += 1) {
    const hold = await holdSeats(database, await plantPerformance(database, { price: 700 }), [1]);
    await giveMoney(database, hold.accountId, 700);
    const { paid, rivalIsVictim } = await payInDeadlock(hold);
    // Whoever has waited longer looks for a deadlock first and ends its own transaction; on a busy machine it may be the rival.
    expect(paid.outcome).toBe(rivalIsVictim ? 'paid' : 'contended');
    if (rivalIsVictim && round < 5) continue;
    expect(paid).toEqual({ outcome: 'contended', cause: '40P01' });
    expect(await pay({ database }, payCommand(hold))).toMatchObject({ outcome: 'paid' });
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
    const paying = PAY_STRATEGIES[0].execute({ database: patient }, payCommand(hold));
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

it('has left everything consistent', async () => {
  expect(await violationsIn(database)).toEqual([]);
});

const LOCK = 4_711;

/** Lets every COMMIT of a row that an operation writes wait, in progress, until it is resumed or its session is ended. */
async function delayCommits(): Promise<{ resume: () => Promise<void>; abort: () => Promise<void> }> {
  const blocker = await database.pool.connect();
  await blocker.query(`select pg_advisory_lock(${LOCK})`);
  await blocker.query(`
    create or replace function wait_at_commit() returns trigger language plpgsql
      as $$ begin perform pg_advisory_xact_lock(${LOCK}); return null; end $$`);
  for (const table of ['reservation', 'ledger_entry']) {
    await blocker.query(`
      create constraint trigger slow_commit after insert or update on ${table} deferrable initially deferred
        for each row execute function wait_at_commit()`);
  }
  const end = async (): Promise<void> => {
    await blocker.query(`select pg_advisory_unlock(${LOCK})`);
    await blocker.query(`drop trigger slow_commit on reservation; drop trigger slow_commit on ledger_entry`);
    blocker.release();
  };
  return {
    resume: end,
    abort: async () => {
      await blocker.query(
        `select pg_terminate_backend(pid, 5000) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query = 'commit'`,
      );
      await end();
    },
  };
}

/** Resolves when an operation has asked what became of its transaction. */
async function askedForStatus(): Promise<void> {
  await until(
    async () =>
      (await count(
        `from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query like '%pg_xact_status%'`,
      )) > 0,
  );
}
