import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * A token that differs between processes that had the same pid one after the other; undefined when no such
 * process runs (a zombie counts as gone). On Linux: the boot's id and field 22 of `/proc/<pid>/stat`.
 */
export function processStartToken(pid: number): string | undefined {
  if (process.platform === 'linux') return linuxStartToken(pid);
  if (!existsBySignal(pid)) return undefined;
  return process.platform === 'win32' ? 'running' : psField(pid, 'lstart=');
}

/** The pids of every PostgreSQL process, postmaster or backend, that works in this cluster (Linux only). */
export function postgresProcesses(pgdata: string): number[] {
  if (process.platform !== 'linux') return [];
  const directory = realPath(pgdata);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => worksIn(pid, directory));
}

/** Whether this pid is really a PostgreSQL process of this cluster and may be signalled. */
export function isPostgresOf(pid: number, pgdata: string): boolean {
  if (process.platform === 'linux') return worksIn(pid, realPath(pgdata));
  const command = process.platform === 'win32' ? undefined : psField(pid, 'command=');
  return command !== undefined && command.includes('postgres') && command.includes(`-D ${pgdata}`);
}

/** The pid in the first line of the cluster's `postmaster.pid`, whether that process still runs or not. */
export function recordedPostmasterPid(pgdata: string): number | undefined {
  const pid = Number(readPostmasterPidFile(pgdata)[0]);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

/** Whether line 8 of `postmaster.pid` says that this postmaster accepts connections, as `pg_ctl -w` does. */
export function isPostmasterReady(pgdata: string, postmasterPid: number): boolean {
  const lines = readPostmasterPidFile(pgdata);
  return Number(lines[0]) === postmasterPid && lines[7]?.trim() === 'ready';
}

export type StopSignal = 'SIGINT' | 'SIGQUIT' | 'SIGKILL';

/** Signals a process; it is not an error when the process has already ended. */
export function signalProcess(pid: number, signal: StopSignal): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Polls until the condition holds; false when it still does not after `timeoutMs`. */
export async function waitUntil(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() >= deadline) return false;
    await delay(25);
  }
  return true;
}

/** Every PostgreSQL process changes into its data directory when it starts, and stays there. */
function worksIn(pid: number, directory: string | undefined): boolean {
  // A reinstalled package leaves a running server with a deleted executable.
  const executable = readLink(`/proc/${pid}/exe`)?.replace(/ \(deleted\)$/, '');
  if (executable === undefined || basename(executable) !== 'postgres') return false;
  return directory !== undefined && readLink(`/proc/${pid}/cwd`) === directory;
}

function realPath(path: string): string | undefined {
  return existsSync(path) ? realpathSync(path) : undefined;
}

function linuxStartToken(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command in parentheses may itself contain spaces and parentheses; field 3 follows the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return `${readText('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}:${fields[19] ?? ''}`;
}

function readPostmasterPidFile(pgdata: string): string[] {
  return readText(join(pgdata, 'postmaster.pid'))?.split('\n') ?? [];
}

function existsBySignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function psField(pid: number, field: string): string | undefined {
  try {
    const [state = '', ...rest] = execFileSync(
      'ps',
      ['-ww', '-o', 'state=', '-o', field, '-p', String(pid)],
      {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
      .trim()
      .split(/\s+/);
    return state === '' || state.startsWith('Z') ? undefined : rest.join(' ');
  } catch {
    // ps ends with 1 when there is no such process.
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A process may end at any moment, and another user's files may not be readable: both mean "not ours".
    return undefined;
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
