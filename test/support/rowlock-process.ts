/** Runs the real command line in its own processes, on its own data directories, and ends every process it started. */
import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, vi } from 'vitest';
import { postgresProcesses } from '../../src/embedded-server/processes.ts';
import { compiled } from './program.ts';
import { endWithRun } from './reaper.ts';

const CLI = new URL('../../src/cli.ts', import.meta.url);
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

export const DEMO_CATALOGUE = fileURLToPath(new URL('../../demo/catalogue.json', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RowlockProcess {
  readonly pid: number;
  /** Resolves with the first match in what it prints; rejects when it ends without one. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

const started: ChildProcess[] = [];
const dataDirs: string[] = [];

// A run that is broken off ends them, too.
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

/** Ends the processes and removes the directories of the file's tests. Call it once, at the top of the file. */
export function endRowlockProcesses(): void {
  // Processes start slowly where other tests use both cores.
  vi.setConfig({ testTimeout: 150_000, hookTimeout: 150_000 });
  afterAll(async () => {
    for (const child of started.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    for (const dataDir of dataDirs.splice(0)) {
      await eventually(() => databaseProcesses(dataDir).length === 0);
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}

/** Polls until the condition holds. Throws after a time in which any process has started or ended. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error('what the test waits for did not happen');
    await delay(20);
  }
}

/** The pids of every PostgreSQL process on the data directory. */
export function databaseProcesses(dataDir: string): number[] {
  return postgresProcesses(join(dataDir, 'pgdata'));
}

export async function makeDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rowlock-cli-'));
  // As root, the database runs as another user, who must be able to enter.
  await chmod(dataDir, 0o711);
  dataDirs.push(dataDir);
  return dataDir;
}

/** A copy of a data directory that no service uses: quicker than making a cluster. */
export async function copyDataDir(dataDir: string): Promise<string> {
  const copy = await makeDataDir();
  await new Promise<void>((resolve, reject) => {
    // cp keeps the owner, which fs.cp does not.
    execFile('cp', ['-a', `${dataDir}/.`, copy], (error) => (error === null ? resolve() : reject(error)));
  });
  return copy;
}

export interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  /** A directory of its own by default, so that no test finds the developer's `.rowlock`. */
  readonly cwd?: string;
  /** The source of another version's program; this one's, compiled, by default. */
  readonly cli?: string;
  /** Modules of `program.tsconfig.json` that are loaded before the program. */
  readonly preloads?: readonly URL[];
}

/**
 * Starts `rowlock <args>`. Only what `env` says is configured, and `ROWLOCK_PROCESSES` of the test run: `npm run
 * test:processes` starts every service with two.
 */
export function startRowlock(
  args: readonly string[],
  { env = {}, cwd = tmpdir(), cli, preloads = [] }: Setting = {},
): RowlockProcess {
  const { PATH = '', HOME = '', ROWLOCK_PROCESSES } = process.env;
  const inherited = { PATH, HOME, ...(ROWLOCK_PROCESSES !== undefined && { ROWLOCK_PROCESSES }) };
  const loaded = [...(cli === undefined ? [] : [LOADER]), ...preloads.map(compiled)];
  const imports = loaded.flatMap((module) => ['--import', module]);
  const child = spawn(process.execPath, [...imports, cli ?? compiled(CLI), ...args], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  endWithRun(child);
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    kill: (signal) => void child.kill(signal),
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
          if (match === null) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
        void ended.then(() =>
          reject(new Error(`it ended without ${String(pattern)}:\n${output.stdout}${output.stderr}`)),
        );
      }),
  };
}

/** Runs `rowlock <args>` to its end. */
export async function runRowlock(args: readonly string[], setting: Setting = {}): Promise<Ended> {
  return startRowlock(args, setting).ended;
}

/** The pids of the processes that serve for a service with several. */
export function servingProcesses({ pid }: Pick<RowlockProcess, 'pid'>): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child !== '' && commandLineOf(child).includes(SERVING))
    .map(Number);
}

/** Whether the process runs and is one that serves for a service with several. */
export function isServing(pid: number): boolean {
  return commandLineOf(pid).includes(SERVING);
}

const SERVING = '/serve/processes/child';

/** Empty when there is no such process, or it has ended. */
function commandLineOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

export interface Service extends RowlockProcess {
  readonly url: string;
}

/** Starts a development service on a free port, and waits until it is open. */
export async function startService(
  dataDir: string,
  args: readonly string[] = [],
  setting: Setting = {},
): Promise<Service> {
  const command = ['serve', '--development', '--port', '0', '--data-dir', dataDir, ...args];
  const service = startRowlock(command, setting);
  const [, url = ''] = await service.printed(/open at (http:\S+)[\s\S]*payment'/);
  return { ...service, url };
}
