/** The settings of a PostgreSQL server against what a service needs of it. */
import type { Client } from '../../lib/pg-client.ts';
import type { Durability } from '../../operations/durability.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

/** PostgreSQL 15, in the form of `server_version_num`. */
const VERSION_MIN = 150_000;

/** What is to be asked of a database. */
export interface Demands {
  readonly durability?: Durability;
  /** How many connections the services may open, all their processes together. */
  readonly connections?: number;
}

export interface ServerSettings {
  readonly version: string;
  readonly versionNumber: number;
  readonly fsync: string;
  readonly commits: string;
  readonly pages: string;
  readonly standbys: string;
  /** How many connections this role may have on this database. */
  readonly accepted: number;
}

/** Asks the server. Throws the database's errors. */
export async function readSettings(client: Client): Promise<ServerSettings> {
  // `reserved_connections` is of PostgreSQL 16. A superuser is bound by none of the limits.
  const { rows } = await client.query<ServerSettings>(`
    select
      current_setting('server_version') as version,
      current_setting('server_version_num')::int as "versionNumber",
      current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as commits,
      current_setting('full_page_writes') as pages,
      current_setting('synchronous_standby_names') as standbys,
      case when current_setting('is_superuser')::boolean then current_setting('max_connections')::int
        else least(
          current_setting('max_connections')::int
            - current_setting('superuser_reserved_connections')::int
            - coalesce(current_setting('reserved_connections', true)::int, 0),
          (select nullif(r.rolconnlimit, -1) from pg_roles as r where r.rolname = current_user),
          (select nullif(d.datconnlimit, -1) from pg_database as d where d.datname = current_database())
        )
      end as accepted`);
  return rows[0]!;
}

/** One finding for the version, and one for each thing that the demands need or that endangers what was acknowledged. */
export function settingsFindings(settings: ServerSettings, demands: Demands): readonly Finding[] {
  return [
    versionFinding(settings),
    ...standbyFindings(settings, demands),
    ...connectionFindings(settings, demands),
    ...durabilityFindings(settings),
  ];
}

function versionFinding({ version, versionNumber }: ServerSettings): Finding {
  const { ok, fail } = findingsOf('version');
  return versionNumber < VERSION_MIN
    ? fail(`the database is older than PostgreSQL 15 (server_version_num ${versionNumber})`)
    : ok(`PostgreSQL ${version}`);
}

function standbyFindings({ standbys, commits }: ServerSettings, { durability }: Demands): readonly Finding[] {
  if (durability !== 'replicated') return [];
  const { ok, fail } = findingsOf('standby');
  const waits = standbys !== '' && ['on', 'remote_apply'].includes(commits);
  return [
    waits
      ? ok(`COMMIT waits for ${standbys}`)
      : fail(
          'durability is replicated, but COMMIT waits for no standby: set synchronous_standby_names, and synchronous_commit to on or remote_apply',
        ),
  ];
}

function connectionFindings({ accepted }: ServerSettings, { connections = 0 }: Demands): readonly Finding[] {
  if (connections === 0) return [];
  const { ok, fail } = findingsOf('connections');
  return [
    accepted < connections
      ? fail(
          `the service may open ${connections} connections, but the database accepts ${accepted}: lower ROWLOCK_POOL_SIZE or ROWLOCK_PROCESSES, or raise max_connections`,
        )
      : ok(`${connections} at most, of ${accepted} that the database accepts`),
  ];
}

function durabilityFindings({ fsync, commits, pages }: ServerSettings): readonly Finding[] {
  const { ok, fail } = findingsOf('durability');
  const found = [
    ...(fsync === 'off' ? [fail('fsync is off: a crash of the machine may destroy the whole database')] : []),
    ...(commits === 'off'
      ? [fail('synchronous_commit is off: a crash may lose tickets and money already acknowledged')]
      : []),
    ...(pages === 'off'
      ? [fail('full_page_writes is off: a crash of the machine may tear pages of the database')]
      : []),
  ];
  return found.length > 0
    ? found
    : [ok(`fsync and full_page_writes are on, synchronous_commit is ${commits}`)];
}
