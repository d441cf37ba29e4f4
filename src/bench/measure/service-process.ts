import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { dirname } from 'node:path';
import type { Session } from '../session.ts';

/** How a service differs from what `rowlock serve` runs without options. */
export interface ServiceForm {
  /** 1 unless this says otherwise. */
  readonly processes?: number;
  /** Its strategy for holds; the default one unless this says otherwise. */
  readonly hold?: string;
}

/** The message that tells the service's module to start. */
export interface ServiceOptions extends ServiceForm {
  readonly databaseUrl: string;
  readonly secret: string;
}

/** Its answer once it listens on 127.0.0.1. */
export interface ServiceReady {
  readonly port: number;
  /** Of all its processes. */
  readonly pids: readonly number[];
}

export interface ServiceProcess extends ServiceReady {
  /** Signs the tokens that it trusts. */
  readonly secret: string;
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
  return {
    ...(await ready),
    secret: options.secret,
    stop: async () => {
      if (child.connected) child.disconnect();
      if (child.exitCode === null && child.signalCode === null) await exited;
    },
  };
}

/** Lends a service on the benchmark's database to `work`, and ends it however `work` ends. */
export async function withService<T>(
  { servicePath, target }: Pick<Session, 'servicePath' | 'target'>,
  form: ServiceForm,
  work: (service: ServiceProcess) => Promise<T>,
): Promise<T> {
  const secret = randomBytes(32).toString('hex');
  const service = await startService(servicePath, { ...form, databaseUrl: target.url, secret });
  try {
    return await work(service);
  } finally {
    await service.stop();
  }
}
