/** The Redis that `redis-lock` needs: the one that is given, or a server of the lab's own for as long as it is needed. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisLocks } from '../operations/wrappers/redis-lock.ts';
import { openRedisLocks } from '../operations/wrappers/redis-locks.ts';
import { MeasuringRefused } from '../load/measured-schema.ts';

const START_TIMEOUT_MS = 5_000;
const NO_REDIS = 'redis-lock needs a Redis: give --redis-url, or have a redis-server on the PATH';

/** Lends locks in a Redis to `work`. Errors: `MeasuringRefused` when there is no Redis to be had. */
export async function withRedisLocks<T>(
  url: string | undefined,
  work: (locks: RedisLocks) => Promise<T>,
): Promise<T> {
  if (url !== undefined) return withLocksAt(url, work);
  const directory = await mkdtemp(join(tmpdir(), 'rowlock-lab-redis-'));
  try {
    const port = await freePort();
    const server = await startServer(port, directory);
    try {
      return await withLocksAt(`redis://127.0.0.1:${port}`, work);
    } finally {
      server.kill('SIGTERM');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function withLocksAt<T>(url: string, work: (locks: RedisLocks) => Promise<T>): Promise<T> {
  const locks = openRedisLocks({ url });
  try {
    const probe = await locks.acquire(['rowlock lab']);
    if (probe === undefined) throw new MeasuringRefused(`no Redis answers at ${new URL(url).host}`);
    await probe.release();
    return await work(locks);
  } finally {
    await locks.close();
  }
}

async function startServer(port: number, directory: string): Promise<ChildProcess> {
  const settings = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    directory,
  ];
  const server = spawn('redis-server', settings, { stdio: 'ignore' });
  const failed = new Promise<never>((_resolve, reject) => {
    server.once('error', (cause) => reject(new MeasuringRefused(NO_REDIS, { cause })));
    server.once('exit', (code) =>
      reject(new MeasuringRefused(`redis-server ended with ${code} when it was started`)),
    );
  });
  // Its end is awaited by whoever stops it.
  failed.catch(() => undefined);
  await Promise.race([failed, answers(port)]);
  return server;
}

/** Resolves when somebody takes connections on the port. */
async function answers(port: number): Promise<void> {
  const giveUpAt = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < giveUpAt) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      socket.destroy();
    }
  }
  throw new MeasuringRefused(`redis-server did not take connections within ${START_TIMEOUT_MS / 1_000} s`);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
