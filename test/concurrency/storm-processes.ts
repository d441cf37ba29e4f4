import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { RacePointName } from '../../src/lib/race-point.ts';
import { compiled } from '../support/program.ts';
import type { Order, Outcome, Report, StormRequest } from './storm-worker.ts';

/** Another process on the same database. */
export interface StormProcess {
  /** Carries out all requests at once; each is sent again while its answer says to try again. */
  storm(requests: readonly StormRequest[]): Promise<readonly Outcome[]>;
  /** The same, but requests wait at the race point until `goOn`. */
  stormPaused(requests: readonly StormRequest[], pauseAt: RacePointName): Promise<readonly Outcome[]>;
  /** Resolves when a request has reached the race point. */
  paused(): Promise<void>;
  goOn(): void;
  /** Ends the process as a crash does. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a process with a pool of its own on the database; resolves when it is ready for a storm. */
export async function startStormProcess(databaseUrl: string): Promise<StormProcess> {
  const child = fork(compiled(new URL('storm-worker.ts', import.meta.url)), [databaseUrl], {
    // Buffers and dates arrive as such.
    serialization: 'advanced',
  });
  const reported = async <R extends Report['report']>(wanted: R): Promise<Extract<Report, { report: R }>> =>
    new Promise((resolve, reject) => {
      const onMessage = (message: unknown): void => {
        const report = message as Report;
        if (report.report !== wanted) return;
        child.off('message', onMessage);
        child.off('exit', onExit);
        resolve(report as Extract<Report, { report: R }>);
      };
      const onExit = (): void => reject(new Error(`the process ended before it was ${wanted}`));
      child.on('message', onMessage);
      child.once('exit', onExit);
    });
  const tell = (order: Order): void => void child.send(order);
  const exited = once(child, 'exit');
  const storm = async (
    requests: readonly StormRequest[],
    pauseAt?: RacePointName,
  ): Promise<readonly Outcome[]> => {
    const done = reported('done');
    tell({ order: 'storm', requests, pauseAt });
    return (await done).outcomes;
  };
  await reported('ready');
  return {
    storm: (requests) => storm(requests),
    stormPaused: storm,
    paused: async () => void (await reported('paused')),
    goOn: () => tell({ order: 'go on' }),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      if (child.connected) tell({ order: 'stop' });
      await exited;
    },
  };
}
