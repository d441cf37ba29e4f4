import { fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';

/** The message that starts a module that serves HTTP for the benchmark. */
export interface ServiceOptions {
  readonly databaseUrl: string;
  /** Signs the tokens of the load. */
  readonly secret: string;
}

/** What it answers when it listens on 127.0.0.1. */
export interface ServiceReady {
  readonly port: number;
}

export interface ServiceProcess {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts the service in a process of its own. The module is given from above, because the benchmark knows nothing of HTTP
 * services; it ends when its parent disconnects.
 */
export async function startService(servicePath: string, options: ServiceOptions): Promise<ServiceProcess> {
  const child = fork(servicePath, {
    execArgv: servicePath.endsWith('.ts') ? ['--import', 'tsx'] : [],
    cwd: dirname(servicePath),
  });
  const exited = once(child, 'exit');
  const ready = new Promise<ServiceReady>((resolve, reject) => {
    child.once('message', (message) => resolve(message as unknown as ServiceReady));
    child.once('exit', () => reject(new Error('the service of the benchmark ended before it listened')));
  });
  child.send(options);
  const { port } = await ready;
  return {
    pid: child.pid!,
    port,
    stop: async () => {
      if (child.connected) child.disconnect();
      if (child.exitCode === null && child.signalCode === null) await exited;
    },
  };
}
