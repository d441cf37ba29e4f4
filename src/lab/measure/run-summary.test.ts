import { expect, it } from 'vitest';
import { ATTEMPT } from '../../../test/support/attempt.ts';
import type { Attempt } from './attempt.ts';
import { successesPerSecond, summarise } from './run-summary.ts';

const COST = { walBytes: 100, serverCpuMs: 5, clientCpuMs: 5, lockWaitMs: 0 };
const SHARED = { statements: 0, transactions: 0, rollbacks: 0 };
const CLEAN = { lostUpdates: 0, doubleSales: 0, auditViolations: 0 };

let requests = 0;
function attempt(given: Partial<Attempt>): Attempt {
  requests += 1;
  return {
    ...ATTEMPT,
    request: requests,
    connectedMs: 1,
    workedMs: 2,
    answeredMs: 100,
    version: 0,
    poolWaitMs: 1,
    longestStatementMs: 3,
    transactionMs: 50,
    statements: 4,
    transactions: 1,
    ...given,
  };
}

it('counts winners, losers, timeouts and errors apart', () => {
  const attempts = [
    attempt({}),
    attempt({ outcome: 'contended', cause: 'version' }),
    attempt({ outcome: 'seat_taken' }),
    attempt({ outcome: 'contended', cause: 'pool' }),
    attempt({ outcome: 'contended', cause: '57014' }),
    attempt({ outcome: 'error', cause: 'it broke' }),
    attempt({ outcome: 'contended', cause: '40P01', deadlocks: 1, transactions: 3 }),
  ];
  const run = summarise({ attempts, shared: SHARED }, COST, CLEAN);
  expect(run.successes).toBe(1);
  expect(run.losers).toEqual({ 'contended: version': 1, seat_taken: 1, 'contended: 40P01': 1 });
  expect(run.timeouts).toBe(2);
  expect(run.errors).toBe(1);
  expect(run.deadlocks).toBe(1);
  expect(run.retries).toBe(2);
  expect(run.losersLatency.count).toBe(3);
});

it('has no wait for the pool where nobody has a connection of its own, and has one where nobody got it', () => {
  const poolWaitOf = (given: Partial<Attempt>): number | null =>
    summarise({ attempts: [attempt(given)], shared: SHARED }, COST, CLEAN).poolWaitMs;
  expect(poolWaitOf({ connectedMs: null, poolWaitMs: 0 })).toBeNull();
  expect(poolWaitOf({ connectedMs: null, poolWaitMs: 500, outcome: 'contended', cause: 'pool' })).toBe(500);
});

it.each([
  ['nowait', 0],
  ['version', 0],
  ['retries', 0],
  ['lock_timeout', 1],
  ['locked', 1],
  ['25P04', 1],
])('counts what was contended by %s as %i timeouts, and else as lost', (cause, timeouts) => {
  const attempts = [attempt({ outcome: 'contended', cause })];
  const run = summarise({ attempts, shared: SHARED }, COST, CLEAN);
  expect(run.timeouts).toBe(timeouts);
  expect(run.losers).toEqual(timeouts === 0 ? { [`contended: ${cause}`]: 1 } : {});
});

it('reckons successes per second from the first request to the last answer', () => {
  const attempts = [attempt({ sentMs: 100, answeredMs: 300 }), attempt({ sentMs: 200, answeredMs: 600 })];
  const run = summarise({ attempts, shared: SHARED }, COST, CLEAN);
  expect(run.wallMs).toBe(500);
  expect(successesPerSecond(run)).toBe(4);
  expect(run.winnersLatency.p50Ms).toBe(300);
});

it('gathers waves by row and version', () => {
  const attempts = [
    attempt({ version: 0 }),
    attempt({ version: 0, outcome: 'contended', cause: 'version' }),
    attempt({ version: 1 }),
    attempt({ version: 1, row: 1 }),
    attempt({ version: null }),
  ];
  expect(summarise({ attempts, shared: SHARED }, COST, CLEAN).waves).toEqual([
    { size: 2, winners: 1, count: 1 },
    { size: 1, winners: 1, count: 2 },
  ]);
});

it('has numbers for a run without requests', () => {
  const run = summarise({ attempts: [], shared: SHARED }, COST, CLEAN);
  expect(run.wallMs).toBe(0);
  expect(successesPerSecond(run)).toBe(0);
});
