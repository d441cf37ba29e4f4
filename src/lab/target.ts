/**
 * The database that the lab works on: an embedded server of its own in a temporary directory, or the user's. In both it
 * makes a schema of its own, reaches it through `search_path` in the connection's options, and drops it afterwards. It
 * touches nothing else: every table it names is found in that schema and nowhere else.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedServer } from '../db/embedded-server.ts';
import { migrate } from '../db/migrate.ts';
import { sqlstateOf } from '../db/sqlstate.ts';
import { LabRefused } from './refused.ts';

export interface Target {
  /** Connects to the lab's own schema. */
  readonly url: string;
  readonly schema: string;
  /** Whether the server runs on this machine, so that its processes' CPU time can be read. */
  readonly isLocal: boolean;
  readonly isEmbedded: boolean;
  /** How many connections the lab may open at most. */
  readonly connectionsMax: number;
  readonly server: ServerFacts;
}

/** What of the server bears on the results. */
export interface ServerFacts {
  readonly version: string;
  readonly settings: Readonly<Record<string, string>>;
}

const INSUFFICIENT_PRIVILEGE = '42501';
/** PostgreSQL 15, as `server_version_num` has it. */
const VERSION_MIN = 150_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Connections that others may want while the lab runs. */
const CONNECTIONS_LEFT = 3;
/** More would only measure the machine. */
const CONNECTIONS_MAX = 150;

const SETTINGS = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_compression',
  'wal_level',
  'shared_buffers',
  'max_connections',
  'deadlock_timeout',
  'default_transaction_isolation',
  'max_wal_size',
  'checkpoint_timeout',
  'jit',
] as const;

/** Lends a target to `work` and leaves nothing behind, however `work` ends. Errors: `LabRefused`, in one line. */
export async function withTarget<T>(
  databaseUrl: string | undefined,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  if (databaseUrl !== undefined) return withSchema(databaseUrl, false, work);
  const dataDir = await mkdtemp(join(tmpdir(), 'rowlock-lab-'));
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
  const schema = `rowlock_lab_${randomBytes(5).toString('hex')}`;
  const facts = await onClient(databaseUrl, async (client) => {
    const found = await inspect(client);
    await createSchema(client, schema);
    return found;
  });
  try {
    await migrate(databaseUrl, schema);
    const url = inSchema(databaseUrl, schema);
    const isLocal =
      isEmbedded || /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/.test(new URL(databaseUrl).hostname);
    return await work({ url, schema, isLocal, isEmbedded, ...facts });
  } finally {
    await onClient(databaseUrl, async (client) => {
      await client.query('set client_min_messages = warning');
      await client.query(`drop schema ${schema} cascade`);
    });
  }
}

/** The same address, with the schema as the whole search path. */
export function inSchema(databaseUrl: string, schema: string): string {
  const url = new URL(databaseUrl);
  const own = url.searchParams.get('options');
  url.searchParams.set('options', `${own === null ? '' : `${own} `}-c search_path=${schema}`);
  return url.toString();
}

/** The same address, whose sessions are read by this isolation level where a statement commits by itself. */
export function withIsolation(url: string, isolation: string): string {
  const changed = new URL(url);
  const own = changed.searchParams.get('options') ?? '';
  const level = isolation.replaceAll(' ', '\\ ');
  changed.searchParams.set('options', `${own} -c default_transaction_isolation=${level}`);
  return changed.toString();
}

async function inspect(client: pg.Client): Promise<Pick<Target, 'connectionsMax' | 'server'>> {
  const { rows } = await client.query<{ version: string; number: number; open: number; limit: number }>(`
    select
      current_setting('server_version') as version,
      current_setting('server_version_num')::int as number,
      (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as open,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as limit`);
  const [found] = rows;
  if (found === undefined || found.number < VERSION_MIN) {
    throw new LabRefused(`the lab needs PostgreSQL 15 or later, this is ${found?.version ?? 'unknown'}`);
  }
  const settings = await client.query<{ name: string; value: string }>(
    `select s.name, current_setting(s.name) as value from pg_settings as s where s.name = any($1) order by s.name`,
    [SETTINGS],
  );
  return {
    connectionsMax: Math.min(CONNECTIONS_MAX, found.limit - found.open - CONNECTIONS_LEFT),
    server: {
      version: found.version,
      settings: Object.fromEntries(settings.rows.map(({ name, value }) => [name, value])),
    },
  };
}

async function createSchema(client: pg.Client, schema: string): Promise<void> {
  try {
    // Not `if not exists`: a schema that is there already is somebody else's.
    await client.query(`create schema ${schema}`);
  } catch (error) {
    if (sqlstateOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    const { rows } = await client.query<{ user: string; database: string }>(
      `select quote_ident(current_user) as user, quote_ident(current_database()) as database`,
    );
    const { user = 'the user', database = 'the database' } = rows[0] ?? {};
    throw new LabRefused(
      `the lab works in a schema of its own and may not make one: grant create on database ${database} to ${user}`,
      { cause: error },
    );
  }
}

async function onClient<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'rowlock lab',
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
