/** Runs a baseline's script with pgbench, PostgreSQL's own benchmark client, written in C. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { STRIDE } from '../workloads/access-pattern.ts';
import type { ScriptStep } from '../measure/worker-protocol.ts';

export interface Pgbench {
  readonly path: string;
  /** The output of `pgbench --version`. */
  readonly version: string;
}

export interface ScriptResult {
  /** Transactions, whether or not they had any effect. */
  readonly transactions: number;
  /** Not counting the time to connect. */
  readonly perSecond: number;
}

const DEBIAN_DIR = '/usr/lib/postgresql';

/** Finds pgbench on the PATH, or where Debian keeps it; undefined when there is none. */
export function findPgbench(env: NodeJS.ProcessEnv = process.env): Pgbench | undefined {
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  for (const directory of [...debianDirectories(), ...onPath]) {
    const path = join(directory, 'pgbench');
    try {
      accessSync(path, constants.X_OK);
      return { path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() };
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** The newest first. They come before the PATH, where Debian's wrapper starts Perl for each run. */
function debianDirectories(): readonly string[] {
  try {
    const versions = readdirSync(DEBIAN_DIR).filter((name) => /^\d+$/.test(name));
    return versions
      .sort((one, other) => Number(other) - Number(one))
      .map((name) => join(DEBIAN_DIR, name, 'bin'));
  } catch {
    return [];
  }
}

/**
 * The script in pgbench's language. A client numbers its requests from `client * 2^31`, so that numbers are
 * unique. Its rows are scattered, and no row is requested twice before all were requested.
 */
export function pgbenchScript(steps: readonly ScriptStep[]): string {
  const statements = steps.map(({ sql, into }) => `${sql.trim()}${into === true ? ' \\gset' : ';'}`);
  return [
    '\\set n :n + 1',
    '\\set i :client_id * 2147483648 + :n',
    '\\set row ((:client_id * :per_client + :n) * :stride) % :rows',
    ...statements,
    '',
  ].join('\n');
}

/** How long a script runs. pgbench counts time in whole seconds. */
export type ScriptLength = { readonly seconds: number } | { readonly transactionsPerClient: number };

export interface PgbenchRun {
  readonly databaseUrl: string;
  readonly scriptPath: string;
  readonly steps: readonly ScriptStep[];
  readonly clients: number;
  readonly rows: number;
  readonly length: ScriptLength;
}

/** Runs the script. Throws pgbench's error when a client fails. */
export async function runPgbench(pgbench: Pgbench, run: PgbenchRun): Promise<ScriptResult> {
  await writeFile(run.scriptPath, pgbenchScript(run.steps));
  const variables = {
    n: -1,
    stride: STRIDE,
    rows: run.rows,
    per_client: Math.floor(run.rows / run.clients),
  };
  const child = spawn(
    pgbench.path,
    [
      '--no-vacuum',
      '--protocol=prepared',
      `--file=${run.scriptPath}`,
      'seconds' in run.length
        ? `--time=${run.length.seconds}`
        : `--transactions=${run.length.transactionsPerClient}`,
      `--client=${run.clients}`,
      `--jobs=${Math.min(run.clients, 2)}`,
      ...Object.entries(variables).map(([name, value]) => `--define=${name}=${value}`),
    ],
    { env: { ...process.env, ...connectionEnvironment(run.databaseUrl) }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`pgbench failed: ${errors.trim().split('\n').slice(0, 3).join(' | ')}`);
  return parsePgbench(output);
}

/** Parses pgbench's report (PostgreSQL 10 and later). */
export function parsePgbench(output: string): ScriptResult {
  const transactions = /^number of transactions actually processed: (\d+)/m.exec(output)?.[1];
  const perSecond =
    /^tps = ([\d.]+) \((?:without initial connection time|excluding connections establishing)\)/m.exec(
      output,
    )?.[1];
  // pgbench reports no rate for a run without transactions.
  if (transactions === '0') return { transactions: 0, perSecond: 0 };
  if (transactions === undefined || perSecond === undefined) {
    throw new Error(`pgbench reported no result: ${output.trim().slice(0, 200)}`);
  }
  return { transactions: Number(transactions), perSecond: Number(perSecond) };
}

/** The address as libpq's variables: any user of the machine can read a command line. */
export function connectionEnvironment(databaseUrl: string): NodeJS.ProcessEnv {
  const url = new URL(databaseUrl);
  const options = url.searchParams.get('options');
  const sslMode = url.searchParams.get('sslmode');
  return {
    PGHOST: url.hostname.replaceAll(/[[\]]/g, ''),
    PGPORT: url.port === '' ? '5432' : url.port,
    PGUSER: decodeURIComponent(url.username),
    PGPASSWORD: decodeURIComponent(url.password),
    PGDATABASE: decodeURIComponent(url.pathname.slice(1)),
    ...(options !== null && { PGOPTIONS: options }),
    ...(sslMode !== null && { PGSSLMODE: sslMode }),
  };
}
