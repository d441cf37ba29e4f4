/** Figures of the database server, in one statement. */
import type { Reader } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';

/** A standby that streams from the server. */
export interface StandbyLag {
  readonly name: string;
  /** WAL that it has not replayed yet. */
  readonly bytes: number;
  /** How long the newest replayed commit took to get there; 0 when nothing is on its way. */
  readonly seconds: number;
}

export interface ServerFigures {
  /** The database's time. */
  readonly at: Date;
  readonly connections: number;
  /** How many connections it accepts from roles without special rights. */
  readonly connectionsMax: number;
  readonly oldestTransactionSeconds: number;
  /** Sessions that wait for a lock, and how long the first of them has waited. */
  readonly lockWaiters: number;
  readonly longestLockWaitSeconds: number;
  /** The age of the oldest transaction that one of the sessions waits for; 0 when nothing waits. */
  readonly blockingTransactionSeconds: number;
  /** WAL written since the cluster was made. */
  readonly walBytes: number;
  /** The most WAL that a replication slot keeps from being removed. */
  readonly walRetainedBytes: number;
  readonly databaseBytes: number;
  readonly standbys: readonly StandbyLag[];
  /** Cancelled performances that are not completed; of those, the ones that make no progress. */
  readonly cancellations: number;
  readonly cancellationsStuck: number;
}

/** Named standbys at most: labels must be bounded. */
const STANDBYS_MAX = 16;
/** Looking for what a session waits for takes PostgreSQL's lock tables: only for the first that wait. */
const BLOCKED_MAX = 4;
/** A cancellation whose lease ended so long ago is worked on by nobody. */
const FORGOTTEN_SECONDS = 60;

// Nothing here reads a table that grows. Other roles' sessions show their transactions and lags only to members of
// pg_read_all_stats; without that right those values cover the service's own role.
const readServer = statement({
  name: 'figures_server',
  group: 'performance',
  params: ['integer', 'integer', 'integer'],
  columns: {
    at: 'timestamp with time zone',
    connections: 'bigint',
    connections_max: 'integer',
    oldest_transaction_seconds: 'double precision',
    lock_waiters: 'bigint',
    longest_lock_wait_seconds: 'double precision',
    blocking_transaction_seconds: 'double precision',
    wal_bytes: 'double precision',
    wal_retained_bytes: 'double precision',
    database_bytes: 'bigint',
    standbys: 'jsonb',
    cancellations: 'bigint',
    cancellations_stuck: 'bigint',
  },
  text: `
    with wal as materialized (
      select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end as lsn
    ), waiting as materialized (
      select l.pid, l.waitstart
      from pg_locks as l
      join pg_stat_activity as a on a.pid = l.pid
      where not l.granted and a.datname = current_database()
    ), unfinished as materialized (
      select c.leased_until < clock_timestamp() - make_interval(secs => $2::integer) or c.failures <> '[]' as stuck
      from cancellation as c
      where c.completed_at is null
    )
    select
      clock_timestamp() as at,
      (select count(*) from pg_stat_activity as a where a.backend_type = 'client backend') as connections,
      current_setting('max_connections')::integer
        - current_setting('superuser_reserved_connections')::integer
        - coalesce(current_setting('reserved_connections', true), '0')::integer as connections_max,
      coalesce((
        select extract(epoch from max(clock_timestamp() - a.xact_start))
        from pg_stat_activity as a
        where a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
      ), 0)::double precision as oldest_transaction_seconds,
      (select count(*) from waiting) as lock_waiters,
      coalesce((select extract(epoch from max(clock_timestamp() - w.waitstart)) from waiting as w), 0)
        ::double precision as longest_lock_wait_seconds,
      coalesce((
        select extract(epoch from max(clock_timestamp() - a.xact_start))
        from (select w.pid from waiting as w order by w.waitstart limit $3::integer) as blocked
        cross join unnest(pg_blocking_pids(blocked.pid)) as blocking (pid)
        join pg_stat_activity as a on a.pid = blocking.pid
      ), 0)::double precision as blocking_transaction_seconds,
      pg_wal_lsn_diff(wal.lsn, '0/0')::double precision as wal_bytes,
      coalesce((select max(pg_wal_lsn_diff(wal.lsn, s.restart_lsn)) from pg_replication_slots as s), 0)
        ::double precision as wal_retained_bytes,
      pg_database_size(current_database()) as database_bytes,
      coalesce((
        select jsonb_agg(jsonb_build_object(
          'name', r.application_name,
          'bytes', coalesce(pg_wal_lsn_diff(wal.lsn, r.replay_lsn), 0),
          'seconds', coalesce(extract(epoch from r.replay_lag), 0)
        ))
        from (
          select * from pg_stat_replication as r order by r.application_name, r.pid limit $1::integer
        ) as r
      ), '[]') as standbys,
      (select count(*) from unfinished) as cancellations,
      (select count(*) from unfinished as u where u.stuck) as cancellations_stuck
    from wal`,
});

/** Reads the server's figures now. */
export async function readServerFigures(reader: Reader): Promise<ServerFigures> {
  const [row] = await reader.read(readServer, [STANDBYS_MAX, FORGOTTEN_SECONDS, BLOCKED_MAX]);
  if (row === undefined) throw new Error('a statement without a condition gave no row');
  return {
    at: row.at,
    connections: row.connections,
    connectionsMax: row.connections_max,
    oldestTransactionSeconds: row.oldest_transaction_seconds,
    lockWaiters: row.lock_waiters,
    longestLockWaitSeconds: row.longest_lock_wait_seconds,
    blockingTransactionSeconds: row.blocking_transaction_seconds,
    walBytes: row.wal_bytes,
    walRetainedBytes: row.wal_retained_bytes,
    databaseBytes: row.database_bytes,
    standbys: row.standbys as StandbyLag[],
    cancellations: row.cancellations,
    cancellationsStuck: row.cancellations_stuck,
  };
}
