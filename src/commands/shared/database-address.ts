/** Checks a database before use: is it reachable, new enough, durable? */
import { Client } from '../../lib/pg-client.ts';
import type { Durability } from '../../operations/durability.ts';
import { sqlstateOf } from '../../db/sqlstate.ts';
import { CommandFailed } from './failure.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** PostgreSQL 15, in the form of `server_version_num`. */
const VERSION_MIN = 150_000;

/** What is to be asked of a database. */
interface Demands {
  readonly durability?: Durability;
  /** How many connections the service may open, all its processes together. */
  readonly connections?: number;
}

/**
 * Connects once and reads the server's settings. Returns a line for each that endangers durability, and one when the
 * server accepts fewer connections than are demanded. Throws `CommandFailed` in one line without the password.
 */
export async function inspectDatabase(url: string, demands: Demands = {}): Promise<readonly string[]> {
  return withClient(url, (client) => inspect(client, demands));
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = clientAt(url);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw error instanceof CommandFailed ? error : new CommandFailed(reasonOf(error, url), { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The versions of a migrated database: PostgreSQL's, and the newest migration's name. Throws `CommandFailed`. */
export async function readVersions(
  url: string,
): Promise<{ readonly postgres: string; readonly schema: string | undefined }> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ readonly postgres: string; readonly schema: string | null }>(`
      select current_setting('server_version') as postgres, max(name) as schema from schema_migration`);
    return { postgres: rows[0]?.postgres ?? '', schema: rows[0]?.schema ?? undefined };
  });
}

/** Throws `CommandFailed` for an address that cannot be one of a database. Connects to nothing. */
export function checkAddress(url: string): void {
  clientAt(url);
}

function clientAt(url: string): Client {
  if (namesSeveralHosts(url)) {
    throw new CommandFailed(
      'DATABASE_URL names several hosts, but the driver connects to one: name a proxy that leads to the primary, such as HAProxy (docs/decisions/0029-one-database-host.md)',
    );
  }
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new CommandFailed('DATABASE_URL must look like postgres://user:password@host:port/database');
  }
  return clientOf(url);
}

/** Whether the address is one of libpq's with several hosts (PostgreSQL manual, section 34.1.1.3). */
function namesSeveralHosts(url: string): boolean {
  const hosts = /^postgres(?:ql)?:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(url)?.[1] ?? '';
  return (
    hosts.includes(',') || /[?&](?:host|hostaddr)=[^&]*,/.test(url) || /[?&]target_session_attrs=/.test(url)
  );
}

/** Throws `CommandFailed` for an undecodable address, and for a bad port, on which a client would hang. */
function clientOf(url: string): Client {
  let client: Client;
  try {
    client = new Client({
      connectionString: url,
      application_name: 'rowlock',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
    });
  } catch (error) {
    throw new CommandFailed(reasonOf(error, url), { cause: error });
  }
  if (client.port >= 1 && client.port <= 65_535) return client;
  throw new CommandFailed('DATABASE_URL must name a port from 1 to 65535');
}

async function inspect(
  client: Client,
  { durability = 'local', connections = 0 }: Demands,
): Promise<readonly string[]> {
  // `reserved_connections` is of PostgreSQL 16.
  const { rows } = await client.query<
    Record<'version' | 'fsync' | 'commits' | 'pages' | 'standbys', string> & { readonly accepted: number }
  >(`
    select
      current_setting('server_version_num') as version,
      current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as commits,
      current_setting('full_page_writes') as pages,
      current_setting('synchronous_standby_names') as standbys,
      current_setting('max_connections')::int
        - case when current_setting('is_superuser')::boolean then 0
          else current_setting('superuser_reserved_connections')::int
            + coalesce(current_setting('reserved_connections', true)::int, 0)
          end as accepted`);
  const [settings] = rows;
  if (settings === undefined || Number(settings.version) < VERSION_MIN) {
    throw new CommandFailed(
      `the database is older than PostgreSQL 15 (server_version_num ${settings?.version ?? '?'})`,
    );
  }
  const { fsync, commits, pages, standbys, accepted } = settings;
  const waits = standbys !== '' && ['on', 'remote_apply'].includes(commits);
  return [
    ...(durability === 'replicated' && !waits
      ? [
          'durability is replicated, but COMMIT waits for no standby: set synchronous_standby_names, and synchronous_commit to on or remote_apply',
        ]
      : []),
    ...(accepted < connections
      ? [
          `the service may open ${connections} connections, but the database accepts ${accepted}: lower ROWLOCK_POOL_SIZE or ROWLOCK_PROCESSES, or raise max_connections`,
        ]
      : []),
    ...(fsync === 'off' ? ['fsync is off: a crash of the machine may destroy the whole database'] : []),
    ...(commits === 'off'
      ? ['synchronous_commit is off: a crash may lose tickets and money already acknowledged']
      : []),
    ...(pages === 'off'
      ? ['full_page_writes is off: a crash of the machine may tear pages of the database']
      : []),
  ];
}

function reasonOf(error: unknown, databaseUrl: string): string {
  if (error instanceof URIError)
    return 'DATABASE_URL has a "%" that does not begin a UTF-8 character; write "%" itself as %25';
  const { hostname, port, username, pathname } = new URL(databaseUrl);
  const server = `${hostname === '' ? 'localhost' : hostname}:${port === '' ? '5432' : port}`;
  const { code, message } = error as Error & { code?: string };
  const sqlstate = sqlstateOf(error);
  if (sqlstate?.startsWith('28') === true) {
    return `the database at ${server} does not accept the user "${username}" with this password (${message})`;
  }
  if (sqlstate === '3D000') return `the database at ${server} has no database "${pathname.slice(1)}"`;
  if (sqlstate !== undefined) return `the database at ${server} refused: ${message}`;
  if (code === 'ECONNREFUSED') return `no database answers at ${server}: connection refused`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the database's host ${hostname} is unknown`;
  if (/timeout/i.test(message))
    return `no database answers at ${server} within ${CONNECT_TIMEOUT_MS / 1_000} s`;
  return `the database at ${server} cannot be used: ${message}`;
}
