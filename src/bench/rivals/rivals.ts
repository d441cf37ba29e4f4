/** The contenders of the engine's workloads: our strategies, and the baselines' scripts. */
import { join } from 'node:path';
import { baselineSteps } from './baselines.ts';
import type { Baseline } from './baselines.ts';
import type { AccessPattern } from '../workloads/access-pattern.ts';
import type { AuditVerdict, EngineLoad, Operation, Fixture } from '../measure/worker-protocol.ts';
import type { ScriptLength } from './pgbench.ts';
import { runPgbench } from './pgbench.ts';
import type { LoadResult, Session, SamplePlan, WorkerName } from '../session.ts';
import type { FixtureSize } from '../fixture.ts';

export interface Work {
  readonly operation: Operation;
  readonly seatsPerHold: number;
  /** How many seats or reservations there are. */
  readonly rows: number;
}

export function fixtureSizeOf({ operation, rows, seatsPerHold }: Work): FixtureSize {
  return operation === 'topUp' ? { operation, wallets: 1 } : { operation, rows, seatsPerHold };
}

/** Every row once, in the order of the baselines' scripts. */
export function patternOf({ operation, rows }: Work): AccessPattern {
  return operation === 'topUp' ? { kind: 'one-row' } : { kind: 'each-once', rows, from: 0, step: 1 };
}

type Contender = Pick<SamplePlan, 'loadPids' | 'hasEngine' | 'prepare' | 'run'> & {
  readonly audit: NonNullable<SamplePlan['audit']>;
};

/** A strategy in a process of its own, audited with its journal. */
export async function engineContender(
  session: Session,
  name: WorkerName,
  loadOf: (fixture: Fixture) => EngineLoad,
): Promise<Contender> {
  const worker = await session.worker(name);
  return {
    loadPids: [worker.pid],
    prepare: (fixture) => worker.open(loadOf(fixture).poolSize),
    run: (fixture) => worker.run(loadOf(fixture)),
    audit: () => worker.audit(),
  };
}

export interface ScriptRun {
  readonly baseline: Baseline;
  readonly work: Work;
  readonly clients: number;
  readonly length: ScriptLength;
}

/** A baseline run by pgbench, or by pg without it. The audit also counts its effects in the database. */
export async function scriptContender(session: Session, script: ScriptRun): Promise<Contender> {
  const worker = await session.worker('baseline');
  return {
    loadPids: session.pgbench === undefined ? [worker.pid] : [],
    hasEngine: false,
    run: async (fixture) => {
      const { clients, length, work, baseline } = script;
      const steps = baselineSteps(baseline, work.operation, fixture);
      const rows = work.operation === 'topUp' ? 1 : work.rows;
      if (session.pgbench === undefined) {
        return worker.run({ kind: 'script', steps, clients, rows, ...boundsOf(length) });
      }
      const scriptPath = join(session.scratchDir, `${work.operation}-${baseline}.sql`);
      const run = { databaseUrl: session.target.url, scriptPath, steps, clients, rows, length };
      const { transactions, perSecond } = await runPgbench(session.pgbench, run);
      const elapsedMs = perSecond === 0 ? 0 : (transactions * 1_000) / perSecond;
      return {
        outcomes: { transaction: transactions },
        successes: transactions,
        elapsedMs,
        lastSuccessMs: elapsedMs,
        statements: transactions * steps.length,
      };
    },
    audit: async (result) =>
      withCount(await worker.audit(), result, await effectsOf(session, script.work.operation)),
  };
}

function boundsOf(length: ScriptLength): {
  readonly durationMs: number;
  readonly transactionsPerClient: number;
} {
  return 'seconds' in length
    ? { durationMs: length.seconds * 1_000, transactionsPerClient: Infinity }
    : { durationMs: Infinity, transactionsPerClient: length.transactionsPerClient };
}

/** Fails the audit when transactions that found no row were counted as successes. */
function withCount(verdict: AuditVerdict, result: LoadResult, effects: number): AuditVerdict {
  if (effects === result.successes) return verdict;
  const example = `the script counted ${result.successes} transactions, the database has ${effects} effects`;
  return {
    ...verdict,
    clean: false,
    violations: verdict.violations + 1,
    examples: [example, ...verdict.examples],
  };
}

const EFFECTS = {
  topUp: `select count(*)::int as effects from ledger_entry where kind = 'top_up'`,
  hold: `select count(*)::int as effects from reservation`,
  pay: `select count(*)::int as effects from ledger_entry where kind = 'payment'`,
} as const satisfies Record<Operation, string>;

async function effectsOf(session: Session, operation: Operation): Promise<number> {
  const { rows } = await session.control.pool.query<{ effects: number }>(EFFECTS[operation]);
  return rows[0]?.effects ?? 0;
}
