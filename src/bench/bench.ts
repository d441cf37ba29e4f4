/**
 * The benchmark: what group execution gains over the best baseline without it, on one server, in one run. A
 * sample counts only if its audit is clean.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATABASE_DEFAULTS, openDatabase } from '../db/database.ts';
import { measureFsync } from '../load/fsync-latency.ts';
import type { Manifest } from './report/manifest.ts';
import { beginManifest } from './report/manifest.ts';
import type { Workload } from './workloads/all.ts';
import type { Pgbench } from './rivals/pgbench.ts';
import type { Session, Sample, WorkerName } from './session.ts';
import type { Sizes } from './workloads/sizes.ts';
import type { Target } from './target.ts';
import { withTarget } from './target.ts';
import type { Fsync, Trust } from './report/trust.ts';
import { trustOf } from './report/trust.ts';
import type { Verdict } from './report/verdict.ts';
import type { Worker } from './measure/worker-process.ts';
import { startWorker } from './measure/worker-process.ts';

export interface BenchOptions {
  /** The user's server; without it an embedded one is started. */
  readonly databaseUrl: string | undefined;
  readonly workloads: readonly Workload[];
  readonly sizes: Sizes;
  /** Runs the baselines; without it pg does. */
  readonly pgbench: Pgbench | undefined;
  /** Module that serves HTTP in a process of its own. */
  readonly servicePath: string;
  /** Module that sends load in a process of its own; this program's unless a caller names another. */
  readonly workerPath?: string;
  readonly signal: AbortSignal;
  /** The user's options, for the manifest. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Called once the server is known, before anything is measured. */
  readonly onTarget: (target: Target, baselineClient: string) => void;
  readonly onWorkload: (name: string) => void;
  readonly onSample: () => void;
}

export interface BenchReport {
  readonly verdicts: readonly Verdict[];
  readonly samples: readonly Sample[];
  readonly auditClean: boolean;
  readonly trust: Trust;
  readonly manifest: Manifest;
  /** The workload in which the run was interrupted, or failed: it and those after it are not judged. */
  readonly interruptedIn: string | null;
  /** What it failed by; undefined where nothing failed. */
  readonly failure?: Error | undefined;
}

const CONTROL_CONNECTIONS = 2;
const CONTROL_TIMEOUT_MS = 120_000;

/** Runs the benchmark, or as much of it as there is time for before the signal. Throws `MeasuringRefused` (one line). */
export function runBench(options: BenchOptions): Promise<BenchReport> {
  return withTarget(options.databaseUrl, async (target) => {
    const scratchDir = await mkdtemp(join(tmpdir(), 'rowlock-bench-'));
    const control = openDatabase({
      ...DATABASE_DEFAULTS,
      url: target.url,
      applicationName: 'rowlock bench',
      poolSize: CONTROL_CONNECTIONS,
      statementTimeoutMs: CONTROL_TIMEOUT_MS,
    });
    const workers = new Map<WorkerName, Promise<Worker>>();
    const stopWorkers = async (): Promise<void> => {
      const started = await Promise.allSettled(workers.values());
      for (const worker of started) if (worker.status === 'fulfilled') await worker.value.stop();
    };
    // A sample may last a minute, so stop its worker at once.
    options.signal.addEventListener('abort', () => void stopWorkers(), { once: true });
    try {
      return await measureAll(options, { target, control, scratchDir, workers });
    } finally {
      await stopWorkers();
      await control.close();
      await rm(scratchDir, { recursive: true, force: true });
    }
  });
}

async function measureAll(
  options: BenchOptions,
  own: Pick<Session, 'target' | 'control' | 'scratchDir'> & {
    readonly workers: Map<WorkerName, Promise<Worker>>;
  },
): Promise<BenchReport> {
  const { workers, ...parts } = own;
  const baselineClient = options.pgbench?.version ?? 'pg, because there is no pgbench';
  const endManifest = beginManifest({
    target: own.target,
    options: options.given,
    sizes: options.sizes,
    baselineClient,
    fsync: fsyncOf(own.target),
  });
  options.onTarget(own.target, baselineClient);
  const session: Session = {
    ...parts,
    ...options,
    samples: [],
    worker: (name) => {
      const worker = workers.get(name) ?? startWorker(own.target.url, options.workerPath);
      workers.set(name, worker);
      return worker;
    },
  };
  const verdicts: Verdict[] = [];
  let interruptedIn: string | null = null;
  let failure: Error | undefined;
  for (const workload of options.workloads) {
    options.onWorkload(workload.name);
    try {
      verdicts.push(...(await workload.run(session)));
    } catch (error) {
      interruptedIn = workload.name;
      // What fails after the signal has lost the process that it waited for.
      if (!options.signal.aborted) failure = error instanceof Error ? error : new Error(String(error));
      break;
    }
  }
  const { samples } = session;
  const manifest = endManifest();
  const { loadBefore, cores } = manifest.machine;
  return {
    verdicts,
    samples,
    auditClean: samples.every(({ audit }) => audit === null || audit.clean),
    trust: trustOf({ loadBefore, cores, fsync: manifest.server.fsync }, { samples, verdicts }),
    manifest,
    interruptedIn,
    failure,
  };
}

function fsyncOf({ dataDir }: Target): Fsync {
  if (dataDir === undefined)
    return { notMeasured: "the server is the user's, and its disk not ours to write on" };
  return measureFsync(dataDir);
}
