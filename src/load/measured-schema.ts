/**
 * The database that the lab and the benchmark work on: an embedded server in a temporary directory, or the
 * user's. On either they create a schema, reach it through `search_path` in the connection's options, and
 * drop it afterwards. The search path has no other schema, so they touch nothing else.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, addressOfOne } from '../lib/pg-client.ts';
import { startEmbeddedServer } from '../embedded-server/server.ts';
import { migrate } from '../db/migrate.ts';
import { sqlstateOf } from '../db/sqlstate.ts';

/** A measurement can't be made as requested. The message is one line for the user. */
export class MeasuringRefused extends Error {}

/** What matters about the server for the results. */
export interface ServerFacts {
  readonly version: string;
  readonly settings: Readonly<Record<string, string>>;
}

export interface MeasuredSchema {
  readonly url: string;
  readonly schema: string;
  readonly isEmbedded: boolean;
  /** The embedded server's data directory; undefined for the user's server, whose disk is not ours to write on. */
  readonly dataDir: string | undefined;
  /** Whether the server runs on this machine, so that its processes' CPU time can be read. */
  readonly isLocal: boolean;
  /** Connections that the server has left. */
  readonly connectionsFree: number;
  readonly server: ServerFacts;
}

/** The program that measures. */
export interface Measurer {
  /** Part of the schema's and the directory's name. */
  readonly name: 'lab' | 'bench';
  /** The subject of a refusal's sentence. */
  readonly called: string;
  /** The server's settings that matter for the results. */
  readonly settings: readonly string[];
}

const INSUFFICIENT_PRIVILEGE = '42501';
/** PostgreSQL 15, as `server_version_num` has it. */
const VERSION_MIN = 150_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** Lends a schema to `work` and removes it however `work` ends. Throws `MeasuringRefused`. */
export async function withMeasuredSchema<T>(
  measurer: Measurer,
  databaseUrl: string | undefined,
  work: (measured: MeasuredSchema) => Promise<T>,
): Promise<T> {
  if (databaseUrl !== undefined) {
    // Of several servers one is measured, from the beginning to the end.
    const url = await addressOfOne(databaseUrl);
    return withSchema(measurer, { url, dataDir: undefined }, work);
  }
  const dataDir = await mkdtemp(join(tmpdir(), `rowlock-${measurer.name}-`));
  // When started by root, the server runs as another user, who must be able to enter.
  await chmod(dataDir, 0o711);
  try {
    const server = await startEmbeddedServer({ dataDir });
    try {
      return await withSchema(measurer, server, work);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function withSchema<T>(
  measurer: Measurer,
  { url: databaseUrl, dataDir }: Pick<MeasuredSchema, 'url' | 'dataDir'>,
  work: (measured: MeasuredSchema) => Promise<T>,
): Promise<T> {
  const schema = `rowlock_${measurer.name}_${randomBytes(5).toString('hex')}`;
  const facts = await onClient(measurer, databaseUrl, async (client) => {
    const found = await inspect(measurer, client);
    await createSchema(measurer, client, schema);
    return found;
  });
  try {
    await migrate(databaseUrl, schema);
    const url = inSchema(databaseUrl, schema);
    const isEmbedded = dataDir !== undefined;
    const isLocal =
      isEmbedded || /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/.test(new URL(databaseUrl).hostname);
    return await work({ url, schema, isEmbedded, dataDir, isLocal, ...facts });
  } finally {
    await onClient(measurer, databaseUrl, async (client) => {
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

async function inspect(
  measurer: Measurer,
  client: Client,
): Promise<Pick<MeasuredSchema, 'connectionsFree' | 'server'>> {
  const { rows } = await client.query<{ version: string; number: number; free: number }>(`
    select
      current_setting('server_version') as version,
      current_setting('server_version_num')::int as number,
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as free`);
  const [found] = rows;
  if (found === undefined || found.number < VERSION_MIN) {
    throw new MeasuringRefused(
      `${measurer.called} needs PostgreSQL 15 or later, this is ${found?.version ?? 'unknown'}`,
    );
  }
  const settings = await client.query<{ name: string; value: string }>(
    `select s.name, current_setting(s.name) as value from pg_settings as s where s.name = any($1) order by s.name`,
    [measurer.settings],
  );
  return {
    connectionsFree: found.free,
    server: {
      version: found.version,
      settings: Object.fromEntries(settings.rows.map(({ name, value }) => [name, value])),
    },
  };
}

async function createSchema({ called }: Measurer, client: Client, schema: string): Promise<void> {
  try {
    // Not `if not exists`: an existing schema is somebody else's.
    await client.query(`create schema ${schema}`);
  } catch (error) {
    if (sqlstateOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    const { rows } = await client.query<{ user: string; database: string }>(
      `select quote_ident(current_user) as user, quote_ident(current_database()) as database`,
    );
    const { user = 'the user', database = 'the database' } = rows[0] ?? {};
    throw new MeasuringRefused(
      `${called} works in a schema of its own and may not make one: grant create on database ${database} to ${user}`,
      { cause: error },
    );
  }
}

async function onClient<T>(
  { name }: Measurer,
  databaseUrl: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    connectionString: databaseUrl,
    application_name: `rowlock ${name}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
