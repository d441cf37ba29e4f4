/**
 * The database that is measured: an embedded server of its own in a temporary directory, or the user's, where the benchmark
 * makes a schema of its own, reaches it through `search_path`, and drops it afterwards. It touches nothing else.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedServer } from '../db/embedded-server.ts';
import { migrate } from '../db/migrate.ts';
import { sqlstateOf } from '../db/sqlstate.ts';
import { postmasterOf } from './cpu.ts';
import { BenchRefused } from './refused.ts';

export interface Target {
  /** Connects to the benchmark's own schema. */
  readonly url: string;
  readonly isEmbedded: boolean;
  readonly version: string;
  /** Settings that bear on the results. */
  readonly settings: Readonly<Record<string, string>>;
  /** Of a server on this machine; undefined where its processes can't be seen. */
  readonly postmasterPid: number | undefined;
  readonly connectionsMax: number;
}

const INSUFFICIENT_PRIVILEGE = '42501';
const CONNECT_TIMEOUT_MS = 10_000;

const SETTINGS = [
  'autovacuum',
  'checkpoint_timeout',
  'commit_delay',
  'full_page_writes',
  'fsync',
  'jit',
  'max_connections',
  'max_wal_size',
  'plan_cache_mode',
  'shared_buffers',
  'synchronous_commit',
  'wal_compression',
  'wal_level',
  'wal_sync_method',
] as const;

/** Without these an acknowledged charge may be lost: its rate is not one of a ticketing engine. */
const DURABLE = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

/** Lends a target to `work` and leaves nothing behind. Errors: `BenchRefused`, in one line. */
export async function withTarget<T>(
  databaseUrl: string | undefined,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  if (databaseUrl !== undefined) return withSchema(databaseUrl, false, work);
  const dataDir = await mkdtemp(join(tmpdir(), 'rowlock-bench-'));
  // As root, the server runs as another user, who must be able to enter.
  await chmod(dataDir, 0o711);
  try {
    const server = await startEmbeddedServer({ dataDir });
    try {
      return await withSchema(server.url, true, work);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function withSchema<T>(
  databaseUrl: string,
  isEmbedded: boolean,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const schema = `rowlock_bench_${randomBytes(5).toString('hex')}`;
  const facts = await onClient(databaseUrl, async (client) => {
    const found = await inspect(client);
    await createSchema(client, schema);
    return found;
  });
  try {
    await migrate(databaseUrl, schema);
    return await work({ ...facts, url: inSchema(databaseUrl, schema), isEmbedded });
  } finally {
    await onClient(databaseUrl, async (client) => {
      await client.query('set client_min_messages = warning');
      await client.query(`drop schema ${schema} cascade`);
    });
  }
}

/** The same address, with the schema as the whole search path. */
function inSchema(databaseUrl: string, schema: string): string {
  const url = new URL(databaseUrl);
  const own = url.searchParams.get('options');
  url.searchParams.set('options', `${own === null ? '' : `${own} `}-c search_path=${schema}`);
  return url.toString();
}

async function inspect(client: pg.Client): Promise<Omit<Target, 'url' | 'isEmbedded'>> {
  const { rows } = await client.query<{ version: string; number: number; backend: number; limit: number }>(`
    select
      current_setting('server_version') as version,
      current_setting('server_version_num')::int as number,
      pg_backend_pid() as backend,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as limit`);
  const found = rows[0]!;
  if (found.number < 150_000)
    throw new BenchRefused(`the benchmark needs PostgreSQL 15 or later, this is ${found.version}`);
  const listed = await client.query<{ name: string; value: string }>(
    `select s.name, current_setting(s.name) as value from pg_settings as s where s.name = any($1) order by s.name`,
    [SETTINGS],
  );
  const settings = Object.fromEntries(listed.rows.map(({ name, value }) => [name, value]));
  refuseUndurable(settings);
  return {
    version: found.version,
    settings,
    postmasterPid: postmasterOf(found.backend),
    connectionsMax: found.limit,
  };
}

/** Throws `BenchRefused` for settings under which a commit does not last. */
export function refuseUndurable(settings: Readonly<Record<string, string>>): void {
  const off = DURABLE.filter((name) => settings[name] === 'off');
  if (off.length === 0) return;
  throw new BenchRefused(
    `the server has ${off.join(' and ')} off: what it acknowledges may be lost, so it is not measured`,
  );
}

async function createSchema(client: pg.Client, schema: string): Promise<void> {
  try {
    // Not `if not exists`: a schema that is there already is somebody else's.
    await client.query(`create schema ${schema}`);
  } catch (error) {
    if (sqlstateOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new BenchRefused(
      'the benchmark works in a schema of its own and may not make one: grant the user create on the database',
      { cause: error },
    );
  }
}

async function onClient<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'rowlock bench',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // A server that dies in between would otherwise end this process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
