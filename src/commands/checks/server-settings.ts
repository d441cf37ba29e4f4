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
  /** Where `synchronous_commit` was set, such as `user`: an override hides the server's own setting. */
  readonly commitsSource: string;
  readonly pages: string;
  readonly standbys: string;
  /** Standbys that are connected, whether or not a COMMIT waits for them. */
  readonly connected: number;
  /** How many of them a COMMIT waits for; null when the role may not know. */
  readonly synchronous: number | null;
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
      (select s.source from pg_settings as s where s.name = 'synchronous_commit') as "commitsSource",
      current_setting('synchronous_standby_names') as standbys,
      (select count(*)::int from pg_stat_replication) as connected,
      (
        select case when count(*) filter (where r.state is null) = 0
          then count(*) filter (where r.sync_state in ('sync', 'quorum'))::int end
        from pg_stat_replication as r
      ) as synchronous,
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

function standbyFindings(settings: ServerSettings, { durability }: Demands): readonly Finding[] {
  if (durability !== 'replicated') return [];
  const { ok, warn, fail } = findingsOf('standby');
  const { standbys, connected, synchronous } = settings;
  const objection = objectionTo(settings);
  if (objection !== undefined)
    return [fail(`durability is replicated, but COMMIT waits for no standby: ${objection}`)];
  if (connected === 0 || synchronous === 0)
    return [
      warn(
        `no synchronous standby is connected (synchronous_standby_names is ${standbys}): until one is, every sale, payment and top-up waits and then answers outcome_unknown`,
      ),
    ];
  const seen = synchronous === null ? '; whether it is connected, a role without pg_monitor cannot see' : '';
  return [ok(`COMMIT waits for ${standbys}${seen}`)];
}

/** Why no COMMIT waits for a standby, and what to set; undefined when it does. */
function objectionTo({ commits, commitsSource, standbys, connected }: ServerSettings): string | undefined {
  if (!['on', 'remote_apply'].includes(commits)) {
    const set = `synchronous_commit is ${commits}${OVERRIDES[commitsSource] ?? ''}`;
    return `${set}: set it to on or remote_apply`;
  }
  if (standbys !== '') return undefined;
  const others = connected === 0 ? '' : ', and replication to those that are connected is asynchronous';
  return `synchronous_standby_names is empty${others}: set it, or with Patroni synchronous_mode and synchronous_mode_strict`;
}

/** What overrides the server's own setting, by the source that `pg_settings` names. */
const OVERRIDES: Readonly<Record<string, string>> = {
  database: ' for this database (alter database)',
  user: ' for this role (alter role)',
  'database user': ' for this role in this database (alter role … in database)',
  client: ' by DATABASE_URL (options)',
};

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
