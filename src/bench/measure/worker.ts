/** A process, started by `worker-process.ts`, that runs loads and audits them with the journal it kept. */
import { auditDatabase } from '../../audit/audit.ts';
import type { JournalLine } from '../../audit/journal/format.ts';
import { DATABASE_DEFAULTS, openDatabase } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { serveBare } from '../rivals/bare-server.ts';
import { runEngineLoad } from '../rivals/engine-load.ts';
import { runBoxOfficeLoad } from './box-office-load.ts';
import { runHttpLoad } from './http-load.ts';
import type { AuditVerdict, Load, LoadReport, WorkerRequest, WorkerReport } from './worker-protocol.ts';
import { countStatements, openConnections } from './worker-pool.ts';
import { runScriptLoad } from '../rivals/script-load.ts';
import type { Watching } from './watch-load.ts';
import { openWatchers } from './watch-load.ts';
import { ignoreTerminal } from './terminal-signals.ts';

let databaseUrl = '';
/** The pool of the last load; the next load of the same pool size finds it warm. */
let opened:
  | { readonly poolSize: number; readonly database: Database; readonly statements: () => number }
  | undefined;
let journal: AsyncIterable<JournalLine> | undefined;
let watching: Watching | undefined;

process.on('message', (request: WorkerRequest) => {
  carryOut(request).then(answer, (error: unknown) => {
    answer({
      report: 'failed',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  });
});
process.on('disconnect', () => process.exit());
ignoreTerminal();
answer({ report: 'ready' });

async function carryOut(request: WorkerRequest): Promise<WorkerReport> {
  if (request.type === 'connect') {
    databaseUrl = request.databaseUrl;
    return { report: 'connected' };
  }
  if (request.type === 'open') {
    await poolOf(request.connections);
    return { report: 'open' };
  }
  if (request.type === 'serve-bare') return { report: 'serving', port: await serveBare() };
  if (request.type === 'run') return { report: 'ran', result: await run(request.load) };
  if (request.type === 'watch') {
    watching = await openWatchers(request.watch);
    return { report: 'watching' };
  }
  if (request.type === 'stop-watching') {
    if (watching === undefined) throw new Error('nobody watches');
    return { report: 'watched', seen: watching.stop(request.held) };
  }
  return { report: 'audited', verdict: await audit() };
}

async function run(load: Load): Promise<LoadReport> {
  journal = undefined;
  if (load.kind === 'http') {
    const { report, journal: kept } = await runHttpLoad(load);
    // Requests that reach no engine leave nothing to audit.
    if (load.reaches === 'engine') journal = kept;
    return { ...report, statements: 0 };
  }
  const { database, statements } = await poolOf(load.kind === 'script' ? load.clients : load.poolSize);
  const before = statements();
  if (load.kind === 'script')
    return { ...(await runScriptLoad(database, load)), statements: statements() - before };
  // A new engine on the same connections: what the last one has cached of the seats is out of date.
  const { report, journal: kept } =
    load.kind === 'engine'
      ? await runEngineLoad({ ...database }, load)
      : await runBoxOfficeLoad({ ...database }, databaseUrl, load);
  journal = kept;
  return { ...report, statements: statements() - before };
}

async function poolOf(poolSize: number): Promise<NonNullable<typeof opened>> {
  if (opened?.poolSize !== poolSize) {
    await opened?.database.close();
    const database = openDatabase({ ...DATABASE_DEFAULTS, url: databaseUrl, poolSize });
    opened = { poolSize, database, statements: countStatements(database) };
  }
  await openConnections(opened.database, poolSize);
  return opened;
}

async function audit(): Promise<AuditVerdict> {
  const database = openDatabase({ ...DATABASE_DEFAULTS, url: databaseUrl, poolSize: 1 });
  const startedAtMs = performance.now();
  try {
    const report = await auditDatabase(database, journal === undefined ? {} : { journal });
    return {
      clean: report.clean,
      violations: report.invariants.reduce((sum, invariant) => sum + invariant.violations, 0),
      examples: report.invariants.flatMap((invariant) => invariant.examples),
      auditMs: performance.now() - startedAtMs,
    };
  } finally {
    journal = undefined;
    await database.close();
  }
}

function answer(report: WorkerReport): void {
  process.send?.(report);
}
