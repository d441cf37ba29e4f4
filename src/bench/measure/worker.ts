/** A process, started by `worker-process.ts`, that runs loads and audits them with the journal it kept. */
import { auditDatabase } from '../../audit/audit.ts';
import type { JournalLine } from '../../audit/journal/format.ts';
import { DATABASE_DEFAULTS, openDatabase } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { serveBare } from '../rivals/bare-server.ts';
import { runEngineLoad } from '../rivals/engine-load.ts';
import { runBoxOfficeLoad } from './box-office-load.ts';
import { prepareHttpLoad } from './over-http/load.ts';
import type {
  AuditVerdict,
  HttpLoad,
  Load,
  LoadReport,
  WorkerRequest,
  WorkerReport,
} from './worker-protocol.ts';
import { countStatements, openConnections } from './worker-pool.ts';
import { runScriptLoad } from '../rivals/script-load.ts';
import type { Audience } from './audience.ts';
import { openAudience } from './audience.ts';
import { ignoreTerminal } from './terminal-signals.ts';

let databaseUrl = '';
/** The pool of the last load; the next load of the same pool size finds it warm. */
let opened:
  | { readonly poolSize: number; readonly database: Database; readonly statements: () => number }
  | undefined;
let journal: AsyncIterable<JournalLine> | undefined;
let prepared: (() => Promise<LoadReport>) | undefined;
let audience: Audience | undefined;

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
  if (request.type === 'prepare') {
    prepared = await prepare(request.load);
    return { report: 'prepared' };
  }
  if (request.type === 'run-prepared') {
    if (prepared === undefined) throw new Error('no load is prepared');
    return { report: 'ran', result: await prepared() };
  }
  if (request.type === 'watch') {
    audience = await openAudience(request.watch);
    return { report: 'watching' };
  }
  if (request.type === 'stop-watching') {
    if (audience === undefined) throw new Error('nobody watches');
    return { report: 'watched', seen: audience.stop(request.held) };
  }
  return { report: 'audited', verdict: await audit() };
}

async function run(load: Load): Promise<LoadReport> {
  journal = undefined;
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

async function prepare(load: HttpLoad): Promise<() => Promise<LoadReport>> {
  const runIt = await prepareHttpLoad(load);
  return async () => {
    journal = undefined;
    prepared = undefined;
    const { report, journal: kept } = await runIt();
    if (load.to === 'service') journal = kept;
    return { ...report, statements: 0 };
  };
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
