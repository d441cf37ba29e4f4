import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../../test/support/database.ts';
import { until } from '../../../test/support/gate.ts';
import { withEnvironment } from '../environment.ts';
import type { Scenario } from './scenario.ts';
import { scenarioOf, onlyTimeout } from './scenario.ts';
import { isCorrect } from './final-state.ts';
import { runSchedule } from '../schedule.ts';
import type { Environment } from '../environment.ts';
import type { Run } from './run-scenario.ts';
import { runScenario } from './run-scenario.ts';
import { withTarget } from '../target.ts';

const database = useDatabase({ poolSize: 2 });

let environment: Environment;
let end = (): void => undefined;
let ended: Promise<void>;
beforeAll(async () => {
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  await new Promise<void>((ready, failed) => {
    ended = withTarget(database.url, (target) =>
      withEnvironment(
        { target, resources: {}, seed: 1, signal: new AbortController().signal },
        async (made) => {
          environment = made;
          ready();
          await over;
        },
      ),
    );
    ended.catch(failed);
  });
});
afterAll(async () => {
  end();
  await ended;
});

async function sessionsAtWork(): Promise<number> {
  const [row] = await database.sql<{ sessions: number }>(
    `select count(*)::int as sessions from pg_stat_activity
     where datname = current_database() and state = 'idle in transaction'`,
  );
  return row!.sessions;
}

const run = (given: Partial<Scenario> & Pick<Scenario, 'operation' | 'strategy'>): Promise<Run> =>
  runScenario(environment, scenarioOf({ requests: 12, poolSize: 4, workMs: 40, ...given }), 'test');

describe('top-ups', () => {
  it('by an optimistic lock come in waves of a pool, of each of which one wins', async () => {
    const { summary } = await run({ operation: 'topUp', strategy: 'optimistic', workMs: 100 });
    expect(summary.waves.reduce((sum, { size, count }) => sum + size * count, 0)).toBe(12);
    expect(summary.waves.every(({ winners }) => winners === 1)).toBe(true);
    expect(summary.successes).toBe(summary.waves.reduce((sum, { count }) => sum + count, 0));
    expect(summary.successes).toBeLessThanOrEqual(5);
    expect(isCorrect(summary.finalState)).toBe(true);
  });

  it('by a pessimistic lock all succeed, at their price', async () => {
    const { summary, attempts } = await run({ operation: 'topUp', strategy: 'pessimistic', workMs: 1 });
    expect(summary.successes).toBe(12);
    // Begin, lock, write, commit.
    expect(summary.statements).toBe(48);
    expect(summary.transactions).toBe(12);
    expect(summary.cost.walBytes).toBeGreaterThan(0);
    expect(isCorrect(summary.finalState)).toBe(true);
    for (const attempt of attempts) {
      expect(attempt.connectedMs).toBeGreaterThanOrEqual(attempt.sentMs);
      expect(attempt.workedMs).toBeGreaterThanOrEqual(attempt.connectedMs!);
      expect(attempt.answeredMs).toBeGreaterThanOrEqual(attempt.workedMs!);
    }
  });

  it('without a guard lose updates, and the lab sees it', async () => {
    const { summary } = await run({ operation: 'topUp', strategy: 'unguarded' });
    expect(summary.successes).toBe(12);
    expect(summary.finalState.lostUpdates).toBeGreaterThan(0);
    expect(summary.finalState.auditViolations).toBeGreaterThan(0);
  });

  it('until success all succeed by an optimistic lock, with more transactions', async () => {
    const { summary } = await run({ operation: 'topUp', strategy: 'optimistic+until-success', workMs: 5 });
    expect(summary.successes).toBe(12);
    expect(summary.retries).toBeGreaterThan(0);
  });

  it('in groups all succeed in a few transactions, which belong to no single request', async () => {
    const { summary } = await run({ operation: 'topUp', strategy: 'grouped', workMs: 0 });
    expect(summary.successes).toBe(12);
    expect(summary.transactions).toBeLessThan(12);
    // Far less than the kernel's tick of 10 ms, and yet not nothing.
    expect(summary.cost.serverCpuMs).not.toBe(0);
    expect(summary.statements).toBeGreaterThanOrEqual(4 * summary.transactions);
    expect(isCorrect(summary.finalState)).toBe(true);
  });

  it('count those that give up waiting as timeouts', async () => {
    const bounded = { operation: 'topUp', strategy: 'pessimistic', requests: 6 } as const;
    const statement = await run({ ...bounded, poolSize: 6, timeouts: onlyTimeout('statementMs', 100) });
    expect(statement.summary.timeouts).toBeGreaterThan(0);
    const pool = await run({ ...bounded, poolSize: 1, timeouts: onlyTimeout('acquireMs', 100) });
    expect(pool.summary.timeouts).toBeGreaterThan(0);
    expect(pool.summary.successes + pool.summary.timeouts).toBe(6);
    expect(isCorrect(pool.summary.finalState)).toBe(true);
  });

  it('take the isolation level that is asked for', async () => {
    const { summary } = await run({
      operation: 'topUp',
      strategy: 'pessimistic',
      isolation: 'repeatable read',
    });
    expect(summary.losers['contended: 40001']).toBeGreaterThan(0);
  });
});

describe('holds', () => {
  const crowd = { operation: 'hold', requests: 4, firstFails: true } as const;

  it('by NOWAIT sell nothing when the first one fails', async () => {
    const { summary, attempts } = await run({ ...crowd, strategy: 'pessimistic-nowait', workMs: 200 });
    expect(summary.successes).toBe(0);
    expect(attempts.filter(({ outcome }) => outcome === 'failed_on_purpose')).toHaveLength(1);
  });

  it.each(['optimistic', 'pessimistic'])(
    'by %s sell the seat once when the first one fails',
    async (strategy) => {
      const { summary } = await run({ ...crowd, strategy });
      expect(summary.successes).toBe(1);
      expect(isCorrect(summary.finalState)).toBe(true);
    },
  );

  it('without a guard sell a seat twice, and the lab sees it', async () => {
    const { summary } = await run({ operation: 'hold', strategy: 'unguarded' });
    expect(summary.finalState.doubleSales).toBeGreaterThan(0);
  });

  it('arrive by chance in an open load', async () => {
    const { attempts } = await run({
      operation: 'hold',
      strategy: 'atomic',
      workMs: 0,
      load: { kind: 'open', perSecond: 500 },
    });
    const sent = attempts.map(({ sentMs }) => sentMs);
    expect(sent).toEqual(sent.toSorted((a, b) => a - b));
    expect(sent.at(-1)! - sent[0]!).toBeGreaterThan(2);
  });
});

describe('a lock that is not acquired', () => {
  const crowd = { operation: 'topUp', requests: 4, poolSize: 4, workMs: 300 } as const;
  const causes = ({ attempts }: Run): readonly string[] =>
    attempts.flatMap(({ cause }) => (cause === null ? [] : [cause]));

  it('is a refusal by NOWAIT, also under a lock_timeout, and never a timeout', async () => {
    const timeouts = onlyTimeout('lockMs', 100);
    for (const bounds of [{}, { timeouts }]) {
      const refused = await run({ ...crowd, ...bounds, strategy: 'pessimistic-nowait' });
      expect(new Set(causes(refused))).toEqual(new Set(['nowait']));
      expect(refused.summary.timeouts).toBe(0);
      expect(refused.summary.losers['contended: nowait']).toBe(4 - refused.summary.successes);
    }
  });

  it('is a timeout after a lock_timeout, and never a refusal by NOWAIT', async () => {
    const timeouts = onlyTimeout('lockMs', 100);
    const bounded = await run({ ...crowd, strategy: 'pessimistic', timeouts });
    expect(new Set(causes(bounded))).toEqual(new Set(['lock_timeout']));
    expect(bounded.summary.timeouts).toBe(4 - bounded.summary.successes);
    expect(bounded.summary.losers).toEqual({});
  });
});

describe('tries', () => {
  it('of a request that tries again are all recorded, in order', async () => {
    const { attempts } = await run({ operation: 'topUp', strategy: 'optimistic+retry', workMs: 20 });
    expect(attempts.some(({ tries }) => tries.length > 1)).toBe(true);
    for (const { sentMs, tries, transactions, answeredMs } of attempts) {
      expect(tries).toHaveLength(transactions);
      const times = tries.flatMap(({ connectedMs, workedMs, endedMs }) => [connectedMs, workedMs!, endedMs]);
      const all = [sentMs, ...times, answeredMs];
      expect(all).toEqual(all.toSorted((a, b) => a - b));
    }
  });

  it('are one without a retry, and none in a group', async () => {
    const once = await run({ operation: 'topUp', strategy: 'optimistic' });
    expect(once.attempts.every(({ tries }) => tries.length === 1)).toBe(true);
    const grouped = await run({ operation: 'topUp', strategy: 'grouped' });
    expect(grouped.attempts.every(({ tries }) => tries.length === 0)).toBe(true);
  });
});

describe('payments', () => {
  it('of one reservation succeed once', async () => {
    const { summary } = await run({ operation: 'pay', strategy: 'guard-last', rows: 3, wallets: 1 });
    expect(summary.successes).toBe(3);
    expect(isCorrect(summary.finalState)).toBe(true);
  });

  it('without a guard lose money, and the lab sees it', async () => {
    const { summary } = await run({ operation: 'pay', strategy: 'unguarded', rows: 6, wallets: 1 });
    expect(summary.finalState.lostUpdates).toBeGreaterThan(0);
  });
});

describe('a schedule', () => {
  const scenarios = ['optimistic', 'pessimistic'].map((strategy) => ({
    label: strategy,
    scenario: scenarioOf({ operation: 'topUp', strategy, requests: 4, poolSize: 4 }),
    repeats: 3,
  }));

  it('interleaves its scenarios, the same way for the same seed', async () => {
    const orders: string[][] = [];
    for (const seed of [1, 1, 2]) {
      const order: string[] = [];
      await runSchedule({
        environment: { ...environment, seed },
        name: 'schedule',
        scenarios,
        onRun: ({ label }) => order.push(label),
      });
      orders.push(order);
    }
    expect(orders[0]).toEqual(orders[1]);
    expect(orders[0]!.filter((label) => label === 'optimistic')).toHaveLength(3);
    for (const round of [0, 2, 4]) expect(new Set(orders[0]!.slice(round, round + 2)).size).toBe(2);
  });

  it('runs each scenario once where there is no time to repeat', async () => {
    const schedule = {
      environment,
      name: 'schedule',
      scenarios,
      onRun: () => undefined,
      mayRepeat: () => false,
    };
    const runs = await runSchedule(schedule);
    expect(Object.values(runs).map((of) => of.length)).toEqual([1, 1]);
  });

  it('keeps what it has when it is stopped, and waits for no work', async () => {
    const stop = new AbortController();
    const [first, second] = scenarios;
    const slow = { ...second!, repeats: 1, scenario: { ...second!.scenario, workMs: 100_000 } };
    const schedule = { environment: { ...environment, signal: stop.signal }, name: 'schedule' };
    const done = await runSchedule({
      ...schedule,
      scenarios: [first!],
      onRun: ({ repeat }) => repeat === 1 && stop.abort(),
    });
    expect(done['optimistic']).toHaveLength(2);
    const again = new AbortController();
    const stopped = runSchedule({
      ...schedule,
      environment: { ...environment, signal: again.signal },
      scenarios: [slow],
      onRun: () => undefined,
    });
    // It works in its transaction, for longer than anybody waits.
    await until(async () => (await sessionsAtWork()) > 0);
    again.abort();
    expect(await stopped).toEqual({});
  });
});
