import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { giveTo, requireFile } from './cluster.ts';
import { EmbeddedServerError } from './error.ts';
import { failureInLog, lastPlainLine, logSize, readLog, rotateLog } from './log.ts';
import { launchPostmaster, type Postmaster, type PostmasterOptions } from './postmaster.ts';
import { isPostmasterReady, waitUntil } from './processes.ts';

/** Includes the recovery after a crash. */
const START_TIMEOUT_MS = 60_000;
/** How long a start is repeated while the port, or the old server's shared memory, is in use. */
const OBSTACLE_TIMEOUT_MS = 10_000;
const PORT_TAKEN = 'Address already in use';
const TEMPORARY_OBSTACLE = new RegExp(`${PORT_TAKEN}|pre-existing shared memory block`);
/** Of a file of the cluster: the server's programs speak English (`serverEnvironment`). */
const DENIED = /Permission denied/;
const STOP_TIMEOUT_MS = 10_000;

/**
 * Starts a postmaster on the port, or on a free one, and waits until it accepts connections. Retries a start
 * after a temporary obstacle. Throws `EmbeddedServerError`.
 */
export async function startPostmaster(
  launch: PostmasterOptions,
  fixedPort?: number,
  stopSignal?: AbortSignal,
): Promise<{ postmaster: Postmaster; port: number }> {
  const { pgdata, log, account } = launch;
  requireFile(log);
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
        ? 'a stop was requested'
        : `it was not ready after ${START_TIMEOUT_MS / 1000} s`;
      throw new EmbeddedServerError(`the database server did not start: ${why} (${log})`);
    }

    const text = readLog(log, logOffset);
    const isObstacle = TEMPORARY_OBSTACLE.test(text) && performance.now() - startedAt < OBSTACLE_TIMEOUT_MS;
    if (!isObstacle || isStopRequested()) {
      const failure = text.includes(PORT_TAKEN)
        ? `port ${port} is taken by another process`
        : (failureInLog(text, postmaster.pid) ?? lastPlainLine(text) ?? `it ${await postmaster.ended}`);
      const uid = account?.uid ?? process.geteuid?.();
      const remedy = DENIED.test(failure) && uid !== undefined ? `; ${giveTo(uid, pgdata)}` : '';
      throw new EmbeddedServerError(`the database server did not start: ${failure}${remedy} (${log})`);
    }
    await delay(200);
  }
}

/** The user's settings can't change these: only a password protects the server from clients that reach it. */
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
