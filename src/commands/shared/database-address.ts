/** Checks a database before use: is it reachable, new enough, durable? */
import { Client } from '../../lib/pg-client.ts';
import { AddressError, serversOf } from '../../lib/servers/address.ts';
import { NoWritableServer } from '../../lib/servers/search.ts';
import { sqlstateOf } from '../../db/sqlstate.ts';
import { readSettings, settingsFindings } from '../checks/server-settings.ts';
import type { Demands } from '../checks/server-settings.ts';
import { CommandFailed } from './failure.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Connects once and reads the server's settings. Returns a line for each that endangers durability, and one when the
 * server accepts fewer connections than are demanded. Throws `CommandFailed` in one line without the password.
 */
export async function inspectDatabase(url: string, demands: Demands = {}): Promise<readonly string[]> {
  const findings = await withClient(url, async (client) =>
    settingsFindings(await readSettings(client), demands),
  );
  const tooOld = findings.find(({ check, level }) => check === 'version' && level === 'fail');
  if (tooOld !== undefined) throw new CommandFailed(tooOld.message);
  return findings.filter(({ level }) => level !== 'ok').map(({ message }) => message);
}

/** The same of further servers. One that is away is a warning: the service starts without it. */
export async function inspectServers(
  servers: Readonly<Record<string, string>>,
  demands: Demands = {},
): Promise<readonly string[]> {
  const warnings = await Promise.all(
    Object.entries(servers).map(async ([name, url]) => {
      try {
        return (await inspectDatabase(url, demands)).map((line) => `server "${name}": ${line}`);
      } catch (error) {
        // Its message names the variable of the home's address.
        const reason = (error as Error).message.replace('DATABASE_URL', 'its address');
        return [`server "${name}": ${reason}`];
      }
    }),
  );
  return warnings.flat();
}

/** Calls `work` with a connection of its own. Throws `CommandFailed` in one line without the password. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
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
  const one = firstOf(url);
  if (!URL.canParse(one) || !/^postgres(ql)?:$/.test(new URL(one).protocol)) {
    throw new CommandFailed('DATABASE_URL must look like postgres://user:password@host:port/database');
  }
  return clientOf(url);
}

/** The address with the first of its servers alone: no other can be read as a URL. Throws `CommandFailed`. */
export function firstOf(url: string): string {
  try {
    const several = serversOf(url);
    const [first] = several?.servers ?? [];
    return several === undefined || first === undefined ? url : several.withServer(first);
  } catch (error) {
    throw error instanceof AddressError ? new CommandFailed(`DATABASE_URL ${error.rule}`) : error;
  }
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

function reasonOf(error: unknown, databaseUrl: string): string {
  if (error instanceof URIError)
    return 'DATABASE_URL has a "%" that does not begin a UTF-8 character; write "%" itself as %25';
  if (error instanceof NoWritableServer) return error.message;
  const { hostname, port, username, pathname } = new URL(firstOf(databaseUrl));
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
