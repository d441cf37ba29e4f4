import { fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  AuditVerdict,
  HttpLoad,
  Load,
  LoadReport,
  SeatAnswer,
  WatchRequest,
  WatchReport,
  WorkerRequest,
  WorkerReport,
} from './worker-protocol.ts';

/** A process that sends load to the database or to a service. */
export interface Worker {
  readonly pid: number;
  /** Opens a load's connections beforehand: idle ones have been closed, and opening takes processor time. */
  open(connections: number): Promise<void>;
  run(load: Load): Promise<LoadReport>;
  /**
   * Makes the requests of a load over HTTP and opens its connections, which takes processor time, and connections that
   * send nothing are closed after ten seconds.
   */
  prepare(load: HttpLoad): Promise<void>;
  runPrepared(): Promise<LoadReport>;
  /** Audits the database with the journal of the last load. */
  audit(): Promise<AuditVerdict>;
  /** Starts the bare HTTP server; resolves with its port. */
  serveBare(): Promise<number>;
  /** Opens watchers' streams and idle connections; resolves when all streams have begun. */
  watch(watch: WatchRequest): Promise<void>;
  /** Ends them, and measures how long after these answers the watchers saw the seats. */
  stopWatching(held: readonly SeatAnswer[]): Promise<WatchReport>;
  stop(): Promise<void>;
}

/**
 * Starts a worker, by the module beside this one unless `path` names it. The database's address goes by message: any user can
 * read a command line.
 */
export async function startWorker(databaseUrl: string, path: string = besideThis()): Promise<Worker> {
  const { ask, pid, stop } = await startProcess(path);
  await ask({ type: 'connect', databaseUrl }, 'connected');
  return {
    pid,
    open: async (connections) => void (await ask({ type: 'open', connections }, 'open')),
    run: async (load) => (await ask({ type: 'run', load }, 'ran')).result,
    prepare: async (load) => void (await ask({ type: 'prepare', load }, 'prepared')),
    runPrepared: async () => (await ask({ type: 'run-prepared' }, 'ran')).result,
    audit: async () => (await ask({ type: 'audit' }, 'audited')).verdict,
    serveBare: async () => (await ask({ type: 'serve-bare' }, 'serving')).port,
    watch: async (watch) => void (await ask({ type: 'watch', watch }, 'watching')),
    stopWatching: async (held) => (await ask({ type: 'stop-watching', held }, 'watched')).seen,
    stop,
  };
}

type ReportOf<R extends WorkerReport['report']> = Extract<WorkerReport, { report: R }>;

interface WorkerChild {
  readonly pid: number;
  /** Sends a request and waits for its report; a worker does one thing at a time. */
  readonly ask: <R extends WorkerReport['report']>(request: WorkerRequest, wanted: R) => Promise<ReportOf<R>>;
  readonly stop: () => Promise<void>;
}

function besideThis(): string {
  return fileURLToPath(import.meta.url).replace(/worker-process(\.[jt]s)$/, 'worker$1');
}

async function startProcess(path: string): Promise<WorkerChild> {
  const child = fork(path, {
    // In development the worker is TypeScript; Node finds tsx from the working directory.
    execArgv: path.endsWith('.ts') ? ['--import', 'tsx'] : [],
    cwd: dirname(path),
    // JSON would turn Infinity into null.
    serialization: 'advanced',
  });
  const exited = once(child, 'exit');
  const nextReport = <R extends WorkerReport['report']>(wanted: R): Promise<ReportOf<R>> =>
    new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error(`a worker of the benchmark ended before it was ${wanted}`));
      child.once('exit', onExit);
      child.once('message', (message) => {
        child.off('exit', onExit);
        const report = message as WorkerReport;
        if (report.report === wanted) resolve(report as ReportOf<R>);
        else
          reject(
            new Error(
              report.report === 'failed' ? report.message : `a worker was ${report.report}, not ${wanted}`,
            ),
          );
      });
    });
  await nextReport('ready');
  return {
    pid: child.pid!,
    ask: (request, wanted) => {
      // Sending would raise an error that nobody catches.
      if (!child.connected) return Promise.reject(new Error(`a worker that has ended can't be ${wanted}`));
      const answer = nextReport(wanted);
      child.send(request);
      return answer;
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      if (child.exitCode === null && child.signalCode === null) await exited;
    },
  };
}
