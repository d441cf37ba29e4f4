/** Sends the requests of one run and records what became of each. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../db/database.ts';
import type { Random } from '../../load/random.ts';
import type { Attempt, Try } from './attempt.ts';
import type { Scenario } from './scenario.ts';
import type { Fixture } from './fixture.ts';
import type { Trace } from './trace.ts';
import { createTrace, traced } from './trace.ts';

export interface CrowdOptions {
  readonly scenario: Scenario;
  readonly fixture: Fixture;
  readonly database: Database;
  readonly random: Random;
  /** Aborting it ends all simulated work; requests in flight then fail. */
  readonly signal: AbortSignal;
}

class PlannedFailure extends Error {}

/** The outcome of the request whose transaction was rolled back on purpose. */
export const FAILED_ON_PURPOSE = 'failed_on_purpose';
/** The outcome of a request that threw: a fault of the program or the set-up. */
export const ERROR = 'error';

export interface CrowdReport {
  readonly attempts: readonly Attempt[];
  /** What groups sent for several requests; no attempt counts it. */
  readonly shared: Pick<Trace, 'statements' | 'transactions' | 'rollbacks'>;
}

/** Sends every request of the scenario. Resolves when all are answered. */
export async function sendCrowd(options: CrowdOptions): Promise<CrowdReport> {
  const { scenario, random, signal } = options;
  const startedAt = performance.now();
  const shared = createTrace();
  const run: RunState = { startedAt, failOnce: { pending: scenario.firstFails }, group: undefined };
  // Groups work on one database for all requests, so what they send belongs to no single one.
  const group = options.fixture.groups ? watched(options, run, shared) : undefined;
  const sent: Promise<Attempt>[] = [];
  let dueAt = startedAt;
  for (let request = 0; request < scenario.requests; request += 1) {
    if (scenario.load.kind === 'open') {
      // A Poisson process: arrivals do not depend on how long others wait.
      dueAt += (-Math.log(1 - random.next()) * 1_000) / scenario.load.perSecond;
      const waitMs = dueAt - performance.now();
      if (waitMs >= 1) await delay(waitMs, undefined, { signal });
    } else {
      dueAt = performance.now();
    }
    const workMs = scenario.workMs * (1 + scenario.jitter * (2 * random.next() - 1));
    sent.push(sendOne(options, { ...run, group }, { request, dueAt, workMs }));
  }
  return { attempts: await Promise.all(sent), shared };
}

interface RunState {
  readonly startedAt: number;
  readonly failOnce: { pending: boolean };
  /** The traced database that all requests of groups share; otherwise each request has its own. */
  readonly group: Database | undefined;
}

interface Sending {
  readonly request: number;
  /** When it is due, which is when its user begins to wait. */
  readonly dueAt: number;
  readonly workMs: number;
}

/** Bounds the wait for a group in a scenario without timeouts. */
const NO_TIMEOUT_MS = 600_000;

/** The database, traced, with the scenario's work and failure before a commit. */
function watched(
  { scenario, database, signal }: CrowdOptions,
  { failOnce }: RunState,
  trace: Trace,
): Database {
  const { acquireMs } = scenario.timeouts;
  const bounds = { ...database.bounds, acquireTimeoutMs: acquireMs === 0 ? NO_TIMEOUT_MS : acquireMs };
  return traced({ ...database, bounds }, trace, {
    isolation: scenario.isolation,
    beforeCommit: async () => {
      await work(scenario.workAfterMs, signal);
      if (!failOnce.pending) return;
      failOnce.pending = false;
      throw new PlannedFailure('the first to finish fails on purpose');
    },
  });
}

async function work(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal });
}

async function sendOne(options: CrowdOptions, run: RunState, sending: Sending): Promise<Attempt> {
  const { fixture, signal } = options;
  const { request, dueAt, workMs } = sending;
  const trace = createTrace();
  const database = run.group ?? watched(options, run, trace);
  let workedAt: number | undefined;
  const racePoint = async (): Promise<void> => {
    const now = performance.now();
    workedAt ??= now;
    const current = trace.tries.at(-1);
    if (current !== undefined) current.workedAt ??= now;
    await work(workMs, signal);
  };
  const answer = await answerOf(() => fixture.send({ database, racePoint }, request));
  const answeredAt = performance.now();
  const since = (at: number | undefined): number | null =>
    at === undefined ? null : rounded(at - run.startedAt);
  const tries = trace.tries.map(({ connectedAt, workedAt: triedAt, endedAt = answeredAt }): Try => ({
    connectedMs: rounded(connectedAt - run.startedAt),
    workedMs: since(triedAt),
    endedMs: rounded(endedAt - run.startedAt),
  }));
  return {
    request,
    row: fixture.rowOf(request),
    sentMs: rounded(dueAt - run.startedAt),
    connectedMs: tries[0]?.connectedMs ?? null,
    workedMs: since(workedAt),
    answeredMs: rounded(answeredAt - run.startedAt),
    tries,
    outcome: answer.outcome,
    cause: causeOf(answer, trace),
    version: trace.version ?? null,
    poolWaitMs: rounded(trace.poolWaitMs),
    longestStatementMs: rounded(trace.longestStatementMs),
    transactionMs: rounded(trace.transactionMs),
    statements: trace.statements,
    transactions: trace.transactions,
    rollbacks: trace.rollbacks,
    deadlocks: trace.sqlstates.filter((code) => code === '40P01').length,
  };
}

async function answerOf(
  send: () => Promise<{ readonly outcome: string; readonly cause?: string }>,
): Promise<{ readonly outcome: string; readonly cause?: string }> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof PlannedFailure) return { outcome: FAILED_ON_PURPOSE };
    return { outcome: ERROR, cause: error instanceof Error ? error.message : String(error) };
  }
}

/** The answer's cause, which for a lock that was not acquired tells a timeout from a refusal by NOWAIT. */
function causeOf({ cause }: { readonly cause?: string }, { lockFailure }: Trace): string | null {
  return (cause === '55P03' ? lockFailure : undefined) ?? cause ?? null;
}

/** To a hundredth of a millisecond; further digits are noise that fills files. */
function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
