import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Client } from '../lib/pg-client.ts';
import type { ServerAccount } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';
import { EmbeddedServerError } from './error.ts';

/** The name of the superuser and of the default database. */
const DATABASE_NAME = 'rowlock';

/** SQLSTATE of a wrong password (PostgreSQL manual, appendix A). */
const INVALID_PASSWORD = '28P01';

export interface Cluster {
  readonly pgdata: string;
  readonly password: string;
}

/** The connection string of the default database. Without `sslmode`, PGSSLMODE would decide. */
export function connectionString(port: number, password: string): string {
  return `postgresql://${DATABASE_NAME}:${password}@127.0.0.1:${port}/${DATABASE_NAME}?sslmode=disable`;
}

/**
 * Opens the cluster in `<dataDir>/pgdata`. If it is missing, initdb makes it under another name, so that an
 * initdb that dies halfway leaves only garbage, which the next start removes. Throws `EmbeddedServerError` if
 * initdb fails, or the password file does not belong to an existing cluster.
 */
export async function openCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  account: ServerAccount | undefined,
): Promise<Cluster> {
  const pgdata = join(dataDir, 'pgdata');
  removeUnfinished(dataDir);
  if (!existsSync(pgdata)) {
    // The password comes first: if this start dies in between, the next uses it for its cluster.
    if (!existsSync(passwordFileOf(dataDir))) writePassword(dataDir);
    const password = readPassword(dataDir);
    await initialize(dataDir, pgdata, password, binaries, account);
    return { pgdata, password };
  }
  const notData = new EmbeddedServerError(
    `${pgdata} is not a PostgreSQL data directory; move it away or choose another ROWLOCK_DATA_DIR`,
  );
  const found = statSync(pgdata);
  if (!found.isDirectory()) throw notData;
  const serverUid = account?.uid ?? process.geteuid?.();
  if (serverUid !== undefined && found.uid !== serverUid) {
    throw new EmbeddedServerError(
      `${pgdata} belongs to the user with uid ${found.uid}, not ${serverUid} who would run it; ` +
        giveTo(serverUid, pgdata),
    );
  }
  if (!existsSync(join(pgdata, 'PG_VERSION'))) throw notData;
  refuseOtherVersion(pgdata, binaries);
  return { pgdata, password: readPassword(dataDir) };
}

/** The server's own refusal is two lines in its log, and says no way out. Throws `EmbeddedServerError`. */
function refuseOtherVersion(pgdata: string, { postgres }: PostgresBinaries): void {
  const found = readFileSync(join(pgdata, 'PG_VERSION'), 'utf8').trim();
  const printed = execFileSync(postgres, ['--version'], { encoding: 'utf8' });
  const [own] = /(?<=PostgreSQL\) )\d+/.exec(printed) ?? [];
  if (own === undefined || found === own) return;
  throw new EmbeddedServerError(
    `${pgdata} has the data of PostgreSQL ${found}, and this Rowlock comes with PostgreSQL ${own}: dump it while the Rowlock ` +
      'that made it runs, and restore into a new ROWLOCK_DATA_DIR (docs/operating/back-up.md#embedded)',
  );
}

/** What to do about files that the server's user may not read, as copies that root made. */
export function giveTo(uid: number, pgdata: string): string {
  return `give it to that user: chown -R ${uid} "${pgdata}"`;
}

/** Throws `EmbeddedServerError` where a file must be and a directory is. */
export function requireFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  throw new EmbeddedServerError(`${path} is a directory, where a file must be: move it away`);
}

/**
 * Connects for the first time, and creates a missing default database. Throws `EmbeddedServerError` if the
 * password is not the cluster's.
 */
export async function ensureDatabase(dataDir: string, port: number, password: string): Promise<void> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: DATABASE_NAME,
    password,
    database: 'postgres',
    // Without it, PGSSLMODE in the environment would decide.
    ssl: false,
    connectionTimeoutMillis: 10_000,
  });
  try {
    await client.connect();
    const found = await client.query('select from pg_database where datname = $1', [DATABASE_NAME]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE_NAME}`);
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    throw new EmbeddedServerError(
      code === INVALID_PASSWORD
        ? `the password file ${passwordFileOf(dataDir)} does not fit the existing database; restore it or choose another ROWLOCK_DATA_DIR`
        : `the database server started but could not be used: ${message}`,
    );
  } finally {
    await client.end();
  }
}

/** The environment of the server's programs, without variables of ours that PostgreSQL would read. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP'];
  const inherited = kept.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  );
  return { ...Object.fromEntries(inherited), LC_ALL: 'C', TZ: 'UTC' };
}

function removeUnfinished(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith('pgdata.new') || name === 'password.new') {
      // An initdb whose service was killed may still write there; it then fails on the missing files.
      rmSync(join(dataDir, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    }
  }
}

function passwordFileOf(dataDir: string): string {
  return join(dataDir, 'password');
}

function writePassword(dataDir: string): void {
  const unfinished = join(dataDir, 'password.new');
  writeFileSync(unfinished, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: true });
  renameSync(unfinished, passwordFileOf(dataDir));
}

/** Reads the superuser's password. Throws `EmbeddedServerError` if its file is missing or corrupt. */
export function readPassword(dataDir: string): string {
  const passwordFile = passwordFileOf(dataDir);
  if (!existsSync(passwordFile)) {
    throw new EmbeddedServerError(
      `the password file ${passwordFile} of the existing database is missing; restore it or choose another ROWLOCK_DATA_DIR`,
    );
  }
  requireFile(passwordFile);
  const password = readFileSync(passwordFile, 'utf8').trim();
  if (!/^[A-Za-z0-9_-]{32,}$/.test(password)) {
    throw new EmbeddedServerError(
      `the password file ${passwordFile} is corrupt; restore it or choose another ROWLOCK_DATA_DIR`,
    );
  }
  return password;
}

async function initialize(
  dataDir: string,
  pgdata: string,
  password: string,
  binaries: PostgresBinaries,
  account: ServerAccount | undefined,
): Promise<void> {
  const unfinished = join(dataDir, `pgdata.new-${randomBytes(6).toString('hex')}`);
  const passwordCopy = `${unfinished}.password`;
  try {
    mkdirSync(unfinished, { mode: 0o700 });
    writeFileSync(passwordCopy, password, { mode: 0o600 });
    if (account !== undefined) {
      chownSync(unfinished, account.uid, account.gid);
      chownSync(passwordCopy, account.uid, account.gid);
    }
    const args = [
      '-D',
      unfinished,
      '--username',
      DATABASE_NAME,
      '--pwfile',
      passwordCopy,
      '--auth',
      'scram-sha-256',
    ];
    // PostgreSQL's own C.UTF-8 sorts the same on every system, whatever its libc or ICU.
    args.push(
      '--encoding',
      'UTF8',
      '--locale-provider',
      'builtin',
      '--builtin-locale',
      'C.UTF-8',
      '--no-instructions',
    );
    await runInitdb(binaries.initdb, args, dataDir, account);
    renameSync(unfinished, pgdata);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
    rmSync(passwordCopy, { force: true });
  }
}

async function runInitdb(
  initdb: string,
  args: readonly string[],
  dataDir: string,
  account: ServerAccount | undefined,
): Promise<void> {
  const child = spawn(initdb, args, {
    ...account,
    cwd: dataDir,
    env: serverEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a session of its own, so that a Ctrl-C in the terminal reaches only this process.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const outcome = await new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  if (outcome === 0) return;
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const failure = lines.findLast((line) => /(?:FATAL|PANIC|error): /.test(line)) ?? lines.at(-1);
  const reason = failure?.replace(/^.*?(?:FATAL|PANIC|error): +/, '') ?? `it ended with ${outcome}`;
  throw new EmbeddedServerError(`the database could not be created in ${dataDir}: ${reason}`);
}
