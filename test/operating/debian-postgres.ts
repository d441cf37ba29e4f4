/** A PostgreSQL of Debian with its own tools: the embedded one comes without pg_dump. */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import type { Account } from '../support/server-account.ts';
import { serverAccount } from '../support/server-account.ts';
import { freePort } from '../support/free-port.ts';

const VERSIONS = '/usr/lib/postgresql';

/** The programs of the newest version that is installed; undefined where there is none. */
const programs = newestPrograms();

if (programs === undefined) {
  process.stderr.write(
    'tests with pg_dump are skipped: there is no PostgreSQL of Debian; install it with: apt-get install postgresql\n',
  );
}

/** `describe`, skipped where Debian's PostgreSQL is missing. */
export const describeWithPostgres = describe.skipIf(programs === undefined);

export interface DebianServer {
  /** As its superuser. */
  readonly url: string;
  readonly port: number;
  /** Ends the postmaster and every session; `start` begins it again on the same data. */
  halt(): void;
  start(): void;
  /** Ends it and removes its data. */
  stop(): void;
}

/** Makes a cluster in a temporary directory, whose transactions count from the beginning, and starts a server on it. */
export function startDebianServer(superuser = 'rowlock'): Promise<DebianServer> {
  return startOn(superuser, (run, data) =>
    run('initdb', '-D', data, '-U', superuser, '-A', 'trust', '-E', 'UTF8', '--no-sync'),
  );
}

/** Starts a server on a base backup, which `prepare` may still change, as a recovery needs it. */
export function startRestoredServer(
  backup: string,
  prepare: (data: string) => void,
  superuser = 'rowlock',
): Promise<DebianServer> {
  return startOn(superuser, (_, data) => {
    prepare(backup);
    // With its owner.
    execFileSync('cp', ['-a', backup, data]);
  });
}

type Run = (program: string, ...args: readonly string[]) => void;

async function startOn(superuser: string, make: (run: Run, data: string) => void): Promise<DebianServer> {
  const { folder, account } = makeFolder();
  const data = join(folder, 'data');
  const port = await freePort();
  const options = `-c port=${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c max_connections=100`;
  const run: Run = (program, ...args) =>
    void execFileSync(join(programs ?? '', program), args, { ...account, cwd: folder, stdio: 'ignore' });
  const start = (): void =>
    run('pg_ctl', 'start', '-w', '-D', data, '-l', join(folder, 'log'), '-o', options);
  const halt = (): void => run('pg_ctl', 'stop', '-w', '-m', 'immediate', '-D', data);
  make(run, data);
  start();
  return {
    url: `postgres://${superuser}@127.0.0.1:${port}/postgres`,
    port,
    halt,
    start,
    stop: () => {
      if (existsSync(join(data, 'postmaster.pid'))) halt();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A temporary directory of the server's user. */
export function makeFolder(): { readonly folder: string; readonly account: Account | undefined } {
  const folder = mkdtempSync(join(tmpdir(), 'rowlock-debian-'));
  const account = serverAccount();
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  return { folder, account };
}

/** Runs a client program, such as pg_dump, to its end. */
export function pgProgram(name: string): string {
  return join(programs ?? '', name);
}

function newestPrograms(): string | undefined {
  if (!existsSync(VERSIONS)) return undefined;
  const found = readdirSync(VERSIONS)
    .map((version) => join(VERSIONS, version, 'bin'))
    .filter((bin) => ['initdb', 'pg_dump', 'pg_restore'].every((program) => existsSync(join(bin, program))));
  return found.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}
