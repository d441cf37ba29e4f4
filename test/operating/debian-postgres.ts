/** A PostgreSQL of Debian with its own tools: the embedded one comes without pg_dump. */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';

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
export async function startDebianServer(superuser = 'rowlock'): Promise<DebianServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rowlock-debian-'));
  const data = join(folder, 'data');
  const account = serverAccount();
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  const port = await freePort();
  const options = `-c port=${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c max_connections=100`;
  const run = (program: string, ...args: readonly string[]): unknown =>
    execFileSync(join(programs ?? '', program), args, { ...account, cwd: folder, stdio: 'ignore' });
  const start = (): void =>
    void run('pg_ctl', 'start', '-w', '-D', data, '-l', join(folder, 'log'), '-o', options);
  const halt = (): void => void run('pg_ctl', 'stop', '-w', '-m', 'immediate', '-D', data);
  run('initdb', '-D', data, '-U', superuser, '-A', 'trust', '-E', 'UTF8', '--no-sync');
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

/** PostgreSQL does not run as root: Debian's package has a user for it. */
function serverAccount(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (option: string): number =>
    Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
