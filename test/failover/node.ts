/** A server of the database: Patroni and its PostgreSQL, on links that can be cut and a disk that can be filled. */
import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, openSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgresProcesses, recordedPostmasterPid } from '../../src/embedded-server/processes.ts';
import { freePort } from '../support/free-port.ts';
import { endWithRun } from '../support/reaper.ts';
import { eventually } from '../support/rowlock-process.ts';
import type { Account } from '../support/server-account.ts';
import type { Link } from './link.ts';
import { openLink } from './link.ts';

export interface Node {
  readonly name: string;
  /** Where its users reach its PostgreSQL, and others its Patroni. */
  readonly port: number;
  readonly apiPort: number;
  /** Kills its PostgreSQL alone: its Patroni lives on. */
  killPostgres(): void;
  /** Ends every process of it at once. */
  kill(): Promise<void>;
  /** Stops every process of it, or lets them go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Cuts it off from everyone. */
  cut(): void;
  /** Loses what it sends to its standby, whose connection stays. */
  loseReplication(): void;
  /** Connects it again. */
  mend(): void;
  /** Fills its disk, where it has one of its own. */
  fillDisk(): void;
  emptyDisk(): void;
  /** Makes its data again from the primary's, as `patronictl reinit` does, once its Patroni can. */
  reinitialize(): Promise<void>;
  /** Starts its Patroni, unless it runs. */
  start(): void;
  /** Whether Patroni says this of it, such as that it is the primary. */
  is(what: 'primary' | 'sync' | 'replica'): Promise<boolean>;
  end(): Promise<void>;
}

export interface Setting {
  readonly folder: string;
  readonly account: Account | undefined;
  readonly etcdPort: number;
  /** Makes the configuration from that of `deploy/`. */
  readonly configure: (place: Place) => string;
}

export interface Place {
  readonly name: string;
  readonly folder: string;
  readonly listen: { readonly postgres: number; readonly api: number };
  readonly connect: { readonly postgres: number; readonly api: number; readonly etcd: number };
}

/** Enough for a sale of some minutes. */
const DISK_MIB = 600;

export async function startNode(name: string, setting: Setting): Promise<Node> {
  const folder = join(setting.folder, name);
  const hasOwnDisk = mountDisk(folder);
  if (setting.account !== undefined) chownSync(folder, setting.account.uid, setting.account.gid);
  const listen = { postgres: await freePort(), api: await freePort() };
  const links = {
    users: await openLink(listen.postgres),
    postgres: await openLink(listen.postgres),
    api: await openLink(listen.api),
    etcd: await openLink(setting.etcdPort),
  };
  const connect = { postgres: links.postgres.port, api: links.api.port, etcd: links.etcd.port };
  const configuration = join(folder, 'patroni.yml');
  writeFileSync(configuration, setting.configure({ name, folder, listen, connect }));
  const data = join(folder, 'data');
  let patroni: ChildProcess | undefined;

  const isRunning = (): boolean => patroni?.exitCode === null && patroni.signalCode === null;
  const processes = (): number[] => [...(isRunning() ? [patroni?.pid ?? 0] : []), ...postgresProcesses(data)];
  const send = (signal: NodeJS.Signals): void => {
    for (const pid of processes()) sendSignal(pid, signal);
  };
  const kill = async (): Promise<void> => {
    const wasRunning = isRunning();
    const ended = patroni === undefined || !wasRunning ? undefined : once(patroni, 'exit');
    // A backend that is just being started is seen the next time.
    for (let left = processes(); left.length > 0; left = processes()) {
      send('SIGKILL');
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ended;
  };
  const start = (): void => {
    if (isRunning()) return;
    const log = openSync(join(setting.folder, `${name}.log`), 'a');
    // Not this process's directory: the account may not enter it.
    patroni = spawn('patroni', [configuration], {
      ...setting.account,
      cwd: folder,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
      stdio: ['ignore', log, log],
    });
    endWithRun(patroni);
  };
  const all: readonly Link[] = Object.values(links);
  const ballast = join(folder, 'ballast');
  start();
  return {
    name,
    port: links.users.port,
    apiPort: links.api.port,
    killPostgres: () => {
      const postmaster = recordedPostmasterPid(data);
      if (postmaster !== undefined) sendSignal(postmaster, 'SIGKILL');
    },
    kill,
    signal: send,
    cut: () => all.forEach((link) => link.cut()),
    loseReplication: () => links.postgres.lose(),
    mend: () => all.forEach((link) => link.mend()),
    fillDisk: () => {
      if (!hasOwnDisk) throw new Error(`${name} has no disk of its own`);
      const { bavail, bsize } = statfsSync(folder);
      execFileSync('fallocate', ['-l', String(bavail * bsize), ballast]);
    },
    emptyDisk: () => rmSync(ballast, { force: true }),
    reinitialize: () =>
      eventually(async () => {
        const answer = await fetch(`http://127.0.0.1:${links.api.port}/reinitialize`, {
          method: 'POST',
          body: JSON.stringify({ force: true }),
        }).catch(() => undefined);
        return answer?.status === 200;
      }),
    start,
    is: async (what) => {
      try {
        const answer = await fetch(`http://127.0.0.1:${links.api.port}/${what}`, {
          signal: AbortSignal.timeout(2_000),
        });
        return answer.status === 200;
      } catch {
        return false;
      }
    },
    end: async () => {
      send('SIGCONT');
      await kill();
      await Promise.all(all.map((link) => link.close()));
      if (hasOwnDisk) execFileSync('umount', ['--lazy', folder]);
    },
  };
}

/** A small disk of its own, as root can have one. */
function mountDisk(folder: string): boolean {
  mkdirSync(folder);
  try {
    const options = `size=${DISK_MIB}m,mode=0711`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
