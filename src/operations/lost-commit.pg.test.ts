/** What an operation answers when its COMMIT, or the answer to it, gets lost. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { tally } from '../../test/conformance/conformance.ts';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { useDatabase } from '../../test/support/database.ts';
import { startFaultyProxy } from '../../test/support/faulty-proxy.ts';
import type { FaultyProxy } from '../../test/support/faulty-proxy.ts';
import { execute } from '../../test/support/execute.ts';
import { holdCommand, holdSeats, someAccount } from '../../test/support/fixture.ts';
import { until } from '../../test/support/gate.ts';
import { OPERATIONS, OTHER_STRATEGIES } from '../../test/support/requests.ts';
import { violationsIn } from '../../test/support/state.ts';
import type { Database, DatabaseOptions } from '../db/database.ts';
import { Deadline } from '../lib/deadline.ts';
import { groupedHold } from './hold/grouped/grouped.ts';
import { pessimisticHold } from './hold/pessimistic.ts';
import { asReplay } from '../domain/outcomes.ts';

const database = useDatabase();
const proxies: FaultyProxy[] = [];
let resumeCommits: (() => Promise<void>) | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await resumeCommits?.();
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

describe.each(OPERATIONS)('%s, when COMMIT gets lost,', (_, newRequest) => {
  it('finds out that it has committed, and answers with its one effect', async () => {
    const request = await newRequest(database);
    const { proxy, proxied } = await openProxied();
    proxy.failNextCommit('lose the answer');
    const answer = await request.send({ database: proxied });
    expect(answer.outcome).toBe(request.won);
    await proxy.faulted(1);
    expect(await request.effects()).toBe(1);
    expect(await request.send({ database: proxied })).toEqual(asReplay(answer));
    expect(await request.effects()).toBe(1);
  });

  it('finds out that it has not committed, has changed nothing, and succeeds when it is sent again', async () => {
    const request = await newRequest(database);
    const { proxy, proxied } = await openProxied();
    proxy.failNextCommit('lose the request');
    expect(await request.send({ database: proxied })).toEqual({ outcome: 'contended', cause: 'database' });
    expect(await request.effects()).toBe(0);
    expect((await request.send({ database: proxied })).outcome).toBe(request.won);
    expect(await request.effects()).toBe(1);
  });

  it('waits for a commit that is still in progress, whose row cannot be seen yet', async () => {
    const request = await newRequest(database);
    const { proxy, proxied } = await openProxied();
    const commits = await delayCommits();
    proxy.failNextCommit('cut at once');
    const answering = request.send({ database: proxied });
    await proxy.faulted(1);
    await askedForStatus();
    // The control: a request that reads the row now, and not the transaction's status, finds that nothing has happened.
    expect(await request.effects()).toBe(0);
    await commits.resume();
    expect((await answering).outcome).toBe(request.won);
    expect(await request.effects()).toBe(1);
  });

  it('waits for a commit that is still in progress and then fails', async () => {
    const request = await newRequest(database);
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

describe.each(OTHER_STRATEGIES)('%s, when its commit gets lost,', (_, newRequest) => {
  // A strategy that lets one statement commit by itself does not know its transaction, and says so; one with
  // a retry of its own may succeed. What nobody does: say that nothing has happened when it has, or the other
  // way round.
  it.each([
    ['lose the answer', { won: 1, outcome_unknown: 1 }],
    ['lose the request', { won: 1, outcome_unknown: 0, contended: 0 }],
  ] as const)('does not mistake it: %s', async (fault, effects: Readonly<Record<string, number>>) => {
    const request = await newRequest(database);
    const { proxy, proxied } = await openProxied();
    proxy.failNextCommit(fault);
    const first = await request.send({ database: proxied });
    await proxy.faulted(1);
    const answered = first.outcome === request.won ? 'won' : first.outcome;
    expect(Object.keys(effects)).toContain(answered);
    await until(async () => (await request.effects()) === effects[answered]);
    const second = await request.send({ database: proxied });
    expect(second).toEqual(answered === 'won' ? asReplay(first) : { ...second, outcome: request.won });
    expect(await request.effects()).toBe(1);
  });
});

it('answers with the effect when COMMIT has no answer for longer than a statement may take', async () => {
  await Promise.all(
    OPERATIONS.map(async ([, newRequest]) => {
      const request = await newRequest(database);
      const { proxy, proxied } = await openProxied({ poolSize: 1, statementTimeoutMs: 1_000 });
      proxy.failNextCommit('freeze the answer');
      const answer = await request.send({ database: proxied });
      expect(answer.outcome).toBe(request.won);
      expect(await request.effects()).toBe(1);
      expect(await request.send({ database: proxied })).toEqual(asReplay(answer));
    }),
  );
});

it('answers outcome_unknown when the server is gone after COMMIT, and the one answer once it is back', async () => {
  const started = await Promise.all(
    OPERATIONS.map(async ([, newRequest], index) => {
      const request = await newRequest(database);
      const { proxy, proxied } = await openProxied();
      const fault = index % 2 === 0 ? 'lose the answer' : 'lose the request';
      proxy.failNextCommit(fault, 'server unreachable');
      const answering = request.send({ database: proxied });
      return { request, proxy, proxied, answering, effects: fault === 'lose the answer' ? 1 : 0 };
    }),
  );
  // Each has begun to ask for its transaction's status and goes on for ten seconds, also when somebody sets the clock back.
  await Promise.all(started.map(({ proxy }) => proxy.turnedAway(1)));
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  const now = performance.now.bind(performance);
  const later = vi.spyOn(performance, 'now').mockImplementation(() => now() + 10_000);
  const answers = await Promise.all(started.map(({ answering }) => answering));
  later.mockRestore();
  vi.useRealTimers();
  expect(tally(answers)).toEqual({ outcome_unknown: OPERATIONS.length });
  for (const { request, proxy, proxied, effects } of started) {
    expect(await request.effects()).toBe(effects);
    proxy.reconnect();
    const answer = await request.send({ database: proxied });
    expect(answer.outcome).toBe(request.won);
    expect(await request.send({ database: proxied })).toEqual(asReplay(answer));
    expect(await request.effects()).toBe(1);
  }
});

it.each([
  ['a group', groupedHold],
  ['one by one', pessimisticHold],
])('gives up the resolution at the deadline of its request: %s', async (_, strategy) => {
  const performanceId = await plantPerformance(database);
  const { proxy, proxied } = await openProxied();
  const hold = strategy.open({ database: proxied });
  const command = holdCommand({ performanceId, accountId: someAccount(), seats: [1] });
  proxy.failNextCommit('lose the answer', 'server unreachable');
  const startedAt = performance.now();
  const answering = hold.execute(command, { deadline: new Deadline(5_000) });
  await proxy.turnedAway(1);
  // From here on its time is up, and that of a resolution, ten seconds, will never be.
  const later = vi.spyOn(performance, 'now').mockReturnValue(startedAt + 6_000);
  const answer = await answering;
  later.mockRestore();
  expect(answer).toEqual({ outcome: 'outcome_unknown' });
  proxy.reconnect();
  expect(await hold.execute(command)).toMatchObject({ outcome: 'held' });
  await hold.close();
});

it('refuses a group in which nobody wins although its COMMIT would get lost: it has written nothing', async () => {
  const performanceId = await plantPerformance(database);
  const sold = await holdSeats(database, performanceId, [1]);
  const { proxy, proxied } = await openProxied();
  proxy.failNextCommit('lose the answer', 'server unreachable');
  const late = holdCommand({ performanceId, accountId: someAccount(), seats: sold.seats });
  expect(await execute(groupedHold, { database: proxied }, late)).toEqual({
    outcome: 'seat_taken',
    seats: [1],
  });
});

it('has left everything consistent', async () => {
  expect(await violationsIn(database)).toEqual([]);
});

const LOCK = 4_711;

/**
 * Lets every COMMIT of a row that an operation writes wait, in progress, until it is resumed or its session
 * is ended.
 */
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
  const resume = async (): Promise<void> => {
    resumeCommits = undefined;
    await blocker.query(`select pg_advisory_unlock(${LOCK})`);
    await blocker.query(`drop function wait_at_commit cascade`);
    blocker.release();
  };
  resumeCommits = resume;
  return {
    resume,
    abort: async () => {
      await blocker.query(
        `select pg_terminate_backend(pid, 5000) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query = 'commit'`,
      );
      await resume();
    },
  };
}

/** Resolves when an operation has asked what became of its transaction. */
async function askedForStatus(): Promise<void> {
  await until(async () => {
    const asking = await database.sql(
      `select 1 from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and query like '%pg_xact_status%'`,
    );
    return asking.length > 0;
  });
}
