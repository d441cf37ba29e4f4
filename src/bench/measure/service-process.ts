import { fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';

/** The message that tells the service's module to start. */
export interface ServiceOptions {
  readonly databaseUrl: string;
  readonly secret: string;
}

/** Its answer once it listens on 127.0.0.1. */
export interface ServiceReady {
  readonly port: number;
}

export interface ServiceProcess {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts the service in a process of its own, which ends when its parent disconnects. The caller names the
 * module, because the benchmark may not import `http/`.
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
