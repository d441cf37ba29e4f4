import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EmbeddedServerError } from './error.ts';

/** The system user that runs the server when this process is root: PostgreSQL refuses to run as root. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** Contains the data of projects that the system user cannot reach. */
const SYSTEM_DATA_ROOT = '/var/lib/rowlock';
const ACCOUNT_NAME = 'postgres';
/** Represents a user without special rights until the system user exists (`nobody` on every Linux). */
const NOBODY: ServerAccount = { uid: 65534, gid: 65534 };

function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * `.rowlock` in the working directory. For root, when the server's system user may not enter that place (a
 * project below /root): a directory below /var/lib/rowlock named after the project's path.
 */
export function defaultDataDir(): string {
  const project = process.cwd();
  const dataDir = join(project, '.rowlock');
  if (!isRoot()) return dataDir;
  const account = clusterOwner(dataDir) ?? findAccount() ?? NOBODY;
  return barringDirectory(dataDir, account) === undefined ? dataDir : replacementDataDir(project);
}

/** Whether this directory replaces an unreachable `.rowlock`, which the user should know. */
export function isReplacementDataDir(dataDir: string): boolean {
  return dataDir === replacementDataDir(process.cwd());
}

function replacementDataDir(project: string): string {
  return join(SYSTEM_DATA_ROOT, createHash('sha256').update(project).digest('hex').slice(0, 12));
}

function clusterOwner(dataDir: string): ServerAccount | undefined {
  const pgdata = join(dataDir, 'pgdata');
  if (!existsSync(pgdata)) return undefined;
  const { uid, gid } = statSync(pgdata);
  return uid === 0 ? undefined : { uid, gid };
}

function findAccount(): ServerAccount | undefined {
  try {
    const [uid, gid] = ['-u', '-g'].map((option) =>
      Number(
        execFileSync('id', [option, ACCOUNT_NAME], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      ),
    );
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  } catch {
    // id fails when there is no such user.
    return undefined;
  }
}

function createAccount(): ServerAccount {
  const commands: ReadonlyArray<readonly [string, ...string[]]> = [
    [
      'useradd',
      '--system',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/bin/false',
      ACCOUNT_NAME,
    ],
    // Alpine and BusyBox.
    ['adduser', '-S', '-D', '-H', '-h', '/nonexistent', '-s', '/bin/false', ACCOUNT_NAME],
  ];
  for (const [command, ...args] of commands) {
    try {
      execFileSync(command, args, { stdio: 'ignore' });
    } catch {
      continue;
    }
    const account = findAccount();
    if (account !== undefined) return account;
  }
  throw new EmbeddedServerError(
    `PostgreSQL does not run as root, and the system user ${ACCOUNT_NAME} could not be created; ` +
      `create it (useradd --system ${ACCOUNT_NAME}), start as an ordinary user, or set DATABASE_URL`,
  );
}

/**
 * Makes a missing data directory, and returns the user that runs the server; undefined for this process's
 * own. For root it is the owner of the existing cluster, else the system user `postgres`, created if missing.
 * Throws `EmbeddedServerError` if the path is not a directory, or the user can't be created or may not enter
 * it.
 */
export function prepareDataDir(dataDir: string): ServerAccount | undefined {
  if (existsSync(dataDir) && !statSync(dataDir).isDirectory()) {
    throw new EmbeddedServerError(
      `the data directory ${dataDir} is not a directory; choose another ROWLOCK_DATA_DIR`,
    );
  }
  const account = isRoot() ? (clusterOwner(dataDir) ?? findAccount() ?? createAccount()) : undefined;
  const barring = account === undefined ? undefined : barringDirectory(dataDir, account);
  if (barring !== undefined) {
    throw new EmbeddedServerError(
      `the database cannot use the data directory ${dataDir}: root runs it as the system user with uid ` +
        `${account?.uid}, who may not enter ${barring}; run "chmod o+x ${barring}" or choose another ROWLOCK_DATA_DIR`,
    );
  }
  const mode = account === undefined ? 0o700 : 0o755;
  // Not mkdir's own recursion: where the system refuses with ENOENT (below /proc), Node's never returns.
  for (const directory of withAncestors(dataDir).filter((path) => !existsSync(path))) {
    makeDirectory(directory, mode);
  }
  return account;
}

function makeDirectory(directory: string, mode: number): void {
  try {
    mkdirSync(directory);
    // Regardless of the umask: the system user must be able to enter.
    chmodSync(directory, mode);
  } catch (error) {
    // Another service that is also starting was first; the lock decides between them.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** The outermost existing directory on the path that the account may not enter, ACLs included. */
function barringDirectory(path: string, account: ServerAccount): string | undefined {
  const directories = withAncestors(path).filter((directory) => existsSync(directory));
  const script = 'for directory do [ -x "$directory" ] || { printf %s "$directory"; exit; }; done';
  const barring = execFileSync('/bin/sh', ['-c', script, 'sh', ...directories], {
    ...account,
    cwd: '/',
    encoding: 'utf8',
  });
  return barring === '' ? undefined : barring;
}

function withAncestors(path: string): string[] {
  const absolute = resolve(path);
  const parent = dirname(absolute);
  return parent === absolute ? [absolute] : [...withAncestors(parent), absolute];
}
