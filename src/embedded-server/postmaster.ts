import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ServerAccount } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';
import { serverEnvironment } from './cluster.ts';
import { EmbeddedServerError } from './error.ts';
import {
  isPostgresOf,
  postgresProcesses,
  processStartToken,
  recordedPostmasterPid,
  signalProcess,
  type StopSignal,
  waitUntil,
} from './processes.ts';

/**
 * The keeper: a shell script between this process and the postmaster, in a session of its own. It ends the
 * postmaster when this process ends, even by kill -9: the system then closes this process's end of the
 * standard input, and the second shell reads the end of the file and shuts the postmaster down, more and more
 * firmly. The first shell waits for the postmaster and returns its exit status. A background process of a
 * shell ignores SIGINT until PostgreSQL installs its own handlers, so the signal is repeated. The keeper
 * ignores the signals that reach a whole process group or control group: this process answers those.
 */
const KEEPER = `
trap '' HUP INT TERM
exec 3<&0 </dev/null
"$@" >&2 3<&- &
postmaster=$!
(
  exec >&-
  read -r _ <&3
  exec 3<&-
  for signal in INT INT INT INT INT INT INT INT INT INT INT INT QUIT QUIT QUIT QUIT QUIT QUIT QUIT QUIT KILL; do
    kill -"$signal" "$postmaster" 2>/dev/null || exit 0
    sleep 1
  done
) &
watcher=$!
exec 3<&-
echo "$postmaster"
exec >&- 2>/dev/null
wait "$postmaster"
status=$?
kill -KILL "$watcher" 2>/dev/null
exit "$status"
`;

/** PostgreSQL itself kills what has not ended five seconds after an immediate shutdown. */
const IMMEDIATE_TIMEOUT_MS = 6_000;
const KILL_TIMEOUT_MS = 5_000;
const KEEPER_LOSS_TIMEOUT_MS = 5_000;
const ORPHAN_TIMEOUT_MS = 3_000;
const SURVIVOR_TIMEOUT_MS = 1_000;
const REPEAT_MS = 250;

export interface Postmaster {
  readonly pid: number;
  isRunning(): boolean;
  /** Resolves once the postmaster is gone, with how: "was killed by SIGKILL", "ended with exit code 1". */
  readonly ended: Promise<string>;
  hasEnded(): boolean;
  /** Stops it, more firmly after `fastTimeoutMs`. False if it still runs, which only the kernel can cause. */
  stop(fastTimeoutMs: number): Promise<boolean>;
}

export interface PostmasterOptions {
  readonly binaries: PostgresBinaries;
  readonly account: ServerAccount | undefined;
  readonly pgdata: string;
  readonly log: string;
  /** Configuration parameters, given on the command line, where they outrank the files of the cluster. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Starts a postmaster that ends with this process. Throws `EmbeddedServerError` if it can't be started. */
export async function launchPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { binaries, account, pgdata, log, settings } = options;
  const postgres = [binaries.postgres, '-D', pgdata];
  for (const [name, value] of Object.entries(settings)) postgres.push('-c', `${name}=${value}`);
  const hasKeeper = process.platform !== 'win32';
  const [command = '', ...args] = hasKeeper
    ? ['/bin/sh', '-c', KEEPER, 'rowlock-keeper', ...postgres]
    : postgres;

  const logFile = openSync(log, 'a', 0o600);
  const child = spawn(command, args, {
    ...account,
    cwd: dirname(pgdata),
    env: serverEnvironment(),
    // The log is a file, not a pipe: PostgreSQL must be able to write after this process has ended.
    stdio: hasKeeper ? ['pipe', 'pipe', logFile] : ['ignore', logFile, logFile],
    detached: hasKeeper,
    windowsHide: true,
  });
  closeSync(logFile);
  const exit = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(describeExit(code, signal)));
  });
  const pid = hasKeeper ? await firstNumber(child.stdout) : child.pid;
  if (pid === undefined) throw new EmbeddedServerError(`the database server ${await exit}`);
  const identity = { pid, startToken: processStartToken(pid) };
  let ended = false;
  const stop = (fastTimeoutMs: number): Promise<boolean> => stopPostmaster(identity, binaries, fastTimeoutMs);
  return {
    pid,
    isRunning: () => isRunning(identity),
    stop,
    hasEnded: () => ended,
    ended: exit.then(async (how) => {
      // It still runs only when the keeper itself was killed.
      await stop(KEEPER_LOSS_TIMEOUT_MS);
      ended = true;
      return how;
    }),
  };
}

/**
 * Stops what a killed service left running in this cluster: the postmaster, if its keeper was killed too, and
 * backends that outlived their postmaster, whose shared memory would keep a new one from starting. Throws
 * `EmbeddedServerError` if they do not end.
 */
export async function stopOrphans(
  pgdata: string,
  binaries: PostgresBinaries,
  onNotice: (line: string) => void,
): Promise<void> {
  const pid = recordedPostmasterPid(pgdata);
  if (pid !== undefined && isPostgresOf(pid, pgdata)) {
    onNotice(`a rowlock service was killed and left its database server (pid ${pid}) running: stopping it`);
    await stopPostmaster({ pid, startToken: processStartToken(pid) }, binaries, ORPHAN_TIMEOUT_MS);
  }
  const areGone = (): boolean => postgresProcesses(pgdata).length === 0;
  // Backends notice the death of their postmaster and exit, unless they are stuck.
  if (await waitUntil(areGone, SURVIVOR_TIMEOUT_MS)) return;
  // A kill loses nothing: without its postmaster the cluster needs recovery anyway.
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    for (const backend of postgresProcesses(pgdata)) signalProcess(backend, signal);
    if (await waitUntil(areGone, signal === 'SIGKILL' ? KILL_TIMEOUT_MS : SURVIVOR_TIMEOUT_MS)) return;
  }
  throw new EmbeddedServerError(
    `processes ${postgresProcesses(pgdata).join(', ')} of the old database server do not end`,
  );
}

interface ProcessIdentity {
  readonly pid: number;
  readonly startToken: string | undefined;
}

function isRunning({ pid, startToken }: ProcessIdentity): boolean {
  return startToken !== undefined && processStartToken(pid) === startToken;
}

/** Fast shutdown, then immediate, then SIGKILL; false when even that had no effect in time. */
async function stopPostmaster(
  identity: ProcessIdentity,
  binaries: PostgresBinaries,
  fastTimeoutMs: number,
): Promise<boolean> {
  const isGone = (): boolean => !isRunning(identity);
  const stages: ReadonlyArray<readonly [StopSignal, number]> = [
    ['SIGINT', fastTimeoutMs],
    ['SIGQUIT', IMMEDIATE_TIMEOUT_MS],
    ['SIGKILL', KILL_TIMEOUT_MS],
  ];
  for (const [signal, timeoutMs] of stages) {
    const deadline = performance.now() + timeoutMs;
    do {
      if (isGone()) return true;
      // Repeated, because a postmaster that is still starting may ignore it; a second signal changes nothing.
      signalPostmaster(identity.pid, signal, binaries);
    } while (
      !(await waitUntil(isGone, Math.min(REPEAT_MS, deadline - performance.now()))) &&
      performance.now() < deadline
    );
  }
  return isGone();
}

function signalPostmaster(pid: number, signal: StopSignal, binaries: PostgresBinaries): void {
  if (process.platform === 'win32' && signal !== 'SIGKILL') {
    // Windows has no signals; PostgreSQL reads them from a pipe of its own, which pg_ctl knows.
    execFileSync(binaries.pgCtl, ['kill', signal.slice('SIG'.length), String(pid)], { stdio: 'ignore' });
  } else {
    signalProcess(pid, signal);
  }
}

async function firstNumber(stream: Readable | null): Promise<number | undefined> {
  if (stream === null) return undefined;
  for await (const line of createInterface({ input: stream })) return Number(line);
  return undefined;
}

/** A shell reports the end by a signal as exit code 128 + the signal's number. */
function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `lost its keeper process, which was killed by ${signal}`;
  const killed = Object.entries(constants.signals).find(([, number]) => number + 128 === code)?.[0];
  return killed === undefined ? `ended with exit code ${code}` : `was killed by ${killed}`;
}
