/** A storm of faults between a service and its database, under a crowd of buyers; then the audit. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { auditDatabase } from '../../../src/audit/audit.ts';
import { readJournal } from '../../../src/audit/journal/format.ts';
import type { Database } from '../../../src/db/database.ts';
import type { CrowdResult } from './crowd.ts';
import { sendCrowd } from './crowd.ts';
import type { Plan } from './plan.ts';
import { createPlan } from './plan.ts';
import type { StormProxy } from './proxy.ts';
import { startStormProxy } from './proxy.ts';
import type { ServiceLog, StormService } from './service.ts';
import { BOUNDS, readServiceLog, startStormService } from './service.ts';

export interface StormOptions {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly seed: number;
  readonly faults: number;
  /** Modules that take a guard out of the service; see `unguarded.ts`. */
  readonly preloads?: readonly string[];
  /** As many as the test run says unless this says otherwise. */
  readonly processes?: number;
  readonly requestDeadlineMs?: number;
  /** Goes on beside the storm, until the signal. */
  readonly during?: (service: StormService, signal: AbortSignal) => Promise<void>;
  /** What happens once the last fault has: the crowd goes on until it resolves. */
  readonly afterwards?: (service: StormService) => Promise<void>;
}

export interface StormReport extends CrowdResult, ServiceLog {
  readonly faults: Plan;
  /** The service's exit code before it was asked to stop; undefined when it ran until then. */
  readonly exit: { readonly code: number | null; readonly stderr: string } | undefined;
  /** What the audit found, against the journal. */
  readonly violations: readonly string[];
}

/** Longer than any of the service's waits. */
const LONG_DELAY_MS = 4_000;
const BUYERS_AT_ONCE = 32;
/** A storm that meets no fault for this long does not end by itself. */
const STUCK_MS = 60_000;

export async function runStorm(options: StormOptions): Promise<StormReport> {
  const { databaseUrl } = options;
  const directory = await mkdtemp(join(tmpdir(), 'rowlock-storm-'));
  const journalPath = join(directory, 'journal.jsonl');
  const proxy = await startStormProxy(databaseUrl, LONG_DELAY_MS);
  let service: StormService | undefined;
  try {
    service = await startStormService(
      proxy.url,
      options.preloads,
      options.requestDeadlineMs,
      options.processes,
    );
    return await runOn(service, proxy, journalPath, options);
  } finally {
    service?.process.kill('SIGKILL');
    await proxy.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function runOn(
  service: StormService,
  proxy: StormProxy,
  journalPath: string,
  options: StormOptions,
): Promise<StormReport> {
  const { database, seed } = options;
  const plan = createPlan(options.faults, seed);
  proxy.strike(plan);
  const ended = service.process.ended.then(({ code, stderr }) => ({ code, stderr }));
  const isOver = new AbortController();
  const beside = options.during?.(service, isOver.signal);
  const over = Promise.race([passed(plan, isOver.signal), ended]).then(async (exit) => {
    const isThrough = exit === undefined && !isOver.signal.aborted;
    proxy.strike(undefined);
    isOver.abort();
    await beside;
    if (isThrough) await options.afterwards?.(service);
  });
  const sent = sendCrowd({
    database,
    serviceUrl: service.url,
    journalPath,
    seed,
    atOnce: BUYERS_AT_ONCE,
    until: over,
  });
  // A crowd that ends before the storm has stopped by itself: it got no answer for seconds.
  await Promise.race([over, sent]).catch(async (error: unknown) => {
    throw new Error(await stuckState(database, plan, service), { cause: error });
  });
  const crowd = await sent;
  isOver.abort();
  await over;
  const exit = await Promise.race([ended, delay(0, undefined)]);
  service.process.kill('SIGTERM');
  const log = readServiceLog(await service.process.ended);
  await sessionsAreOver(database);
  const { invariants } = await auditDatabase(database, { journal: readJournal(journalPath) });
  return {
    ...crowd,
    ...log,
    faults: plan,
    exit,
    violations: invariants.flatMap(({ examples }) => examples),
  };
}

/** The bound on an answer: the deadline of its request, and a second. */
export const LATEST_MS = BOUNDS.requestDeadlineMs + 1_000;

/** Resolves when the plan's faults are through. Throws when none happens for long. */
async function passed(plan: Plan, signal: AbortSignal): Promise<undefined> {
  let count = -1;
  const over = plan.over.then(() => true);
  while (count < plan.count) {
    count = plan.count;
    const isOver = await Promise.race([
      over,
      delay(STUCK_MS, false, { signal, ref: false }).catch(() => true),
    ]);
    if (isOver) return undefined;
  }
  throw new Error(`after ${plan.count} faults nothing happens any more`);
}

/** What a storm that does not go on has come to: the plan, the sessions, and the end of the service's log. */
async function stuckState({ pool }: Database, plan: Plan, service: StormService): Promise<string> {
  const { rows } = await pool.query(
    `select application_name, state, wait_event, now() - state_change as since, query
     from pg_stat_activity where datname = current_database()`,
  );
  service.process.kill('SIGTERM');
  const { stdout, stderr } = await service.process.ended;
  const waiting = plan.armed.map(({ kind, fault }) => `${kind} × ${fault}`).join(', ');
  const ends = [stdout, stderr].map((text) => text.split('\n').slice(-15).join('\n'));
  return [`what waits: ${waiting}`, JSON.stringify(rows, undefined, 1), ...ends].join('\n');
}

/** What the service had sent may still be at work in the database. */
async function sessionsAreOver({ pool }: Database): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ busy: number }>(
      `select count(*)::int as busy from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
    );
    if (rows[0]!.busy === 0) return;
    await delay(20);
  }
}
