/** Runs a `redis-server` without persistence, for a measurement or a test. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';

const START_TIMEOUT_MS = 5_000;

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly process: ChildProcess;
  /** Kills the server; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Starts a server on 127.0.0.1; resolves when it accepts connections. Throws `RedisNotStarted`. */
export async function startRedisServer(port?: number): Promise<RedisServer> {
  const chosen = port ?? (await freePort());
  const listening = ['--port', String(chosen), '--bind', '127.0.0.1'];
  const keepingNothing = ['--save', '', '--appendonly', 'no', '--dir', tmpdir()];
  const server = spawn('redis-server', [...listening, ...keepingNothing], { stdio: 'ignore' });
  const failed = new Promise<never>((_resolve, reject) => {
    server.once('error', (cause) => reject(new RedisNotStarted('there is no redis-server', { cause })));
    server.once('exit', (code) =>
      reject(new RedisNotStarted(`redis-server ended with ${code} at its start`)),
    );
  });
  // `stop` also makes it reject, when nobody listens any more.
  failed.catch(() => undefined);
  const stop = async (): Promise<void> => {
    if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  try {
    await Promise.race([failed, acceptsConnections(chosen)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port: chosen, url: `redis://127.0.0.1:${chosen}`, process: server, stop };
}

/** No server could be started. The message is one line. */
export class RedisNotStarted extends Error {}

async function acceptsConnections(port: number): Promise<void> {
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
  throw new RedisNotStarted(`redis-server took no connection within ${START_TIMEOUT_MS / 1_000} s`);
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
