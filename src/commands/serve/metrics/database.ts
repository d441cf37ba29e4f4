/** The figures of the whole database, as metrics. */
import type { DatabaseFigures } from '../../../box-office/figures/figures.ts';
import type { Family, Sample } from './family.ts';
import { single } from './family.ts';

type Read = () => Promise<DatabaseFigures | undefined>;

/** All are left out while the database does not answer, but for `rowlock_database_up`. */
export function databaseFamilies(read: Read): readonly Family[] {
  const gauge = (
    name: string,
    help: string,
    value: (figures: DatabaseFigures) => number | undefined,
  ): Family => ({
    name: `rowlock_${name}`,
    help,
    type: 'gauge',
    samples: async () => single(valueIn(await read(), value)),
  });
  return [
    {
      name: 'rowlock_database_up',
      help: '1 when the database answered in time.',
      type: 'gauge',
      samples: async () => single((await read()) === undefined ? 0 : 1),
    },
    {
      ...gauge('database_wal_bytes_total', 'WAL written by the server.', ({ walBytes }) => walBytes),
      type: 'counter',
    },
    gauge(
      'database_wal_retained_bytes',
      'WAL that a replication slot keeps; the most of all slots.',
      (figures) => figures.walRetainedBytes,
    ),
    gauge('database_size_bytes', "The database's size on disk.", (figures) => figures.databaseBytes),
    gauge('database_connections', 'Connections of clients to the server.', (figures) => figures.connections),
    gauge(
      'database_connections_max',
      'Connections that the server accepts.',
      (figures) => figures.connectionsMax,
    ),
    gauge(
      'database_oldest_transaction_seconds',
      'The age of the oldest transaction.',
      (figures) => figures.oldestTransactionSeconds,
    ),
    gauge(
      'database_lock_waiters',
      'Sessions that wait for a lock, sampled.',
      (figures) => figures.lockWaiters,
    ),
    gauge(
      'database_lock_wait_seconds',
      'How long the first of them has waited, sampled.',
      (figures) => figures.longestLockWaitSeconds,
    ),
    gauge(
      'database_blocking_transaction_seconds',
      'The age of the oldest transaction that a session waits for, sampled.',
      (figures) => figures.blockingTransactionSeconds,
    ),
    gauge(
      'database_commit_seconds',
      'How long a small durable write took; none when the database took none.',
      (figures) => figures.commitSeconds,
    ),
    gauge(
      'database_clock_offset_seconds',
      "How far the database's clock is ahead of this machine's.",
      (figures) => figures.clockOffsetSeconds,
    ),
    gauge(
      'sweeper_lag_seconds',
      'How long the oldest expired hold has not been swept.',
      (figures) => figures.sweeperLagSeconds,
    ),
    gauge(
      'attempts_in_flight',
      'Payments and refunds on their way between two transactions.',
      (figures) => figures.attempts?.count,
    ),
    gauge(
      'oldest_attempt_seconds',
      'How long the oldest of them has been; 0 without one.',
      (figures) => figures.attempts?.oldestSeconds,
    ),
    gauge(
      'seats_age_seconds',
      'How old the oldest count of rowlock_seats is.',
      ({ seats }) => seats?.ageSeconds,
    ),
    gauge(
      'cancellations',
      'Cancelled performances that are not completed.',
      (figures) => figures.cancellations,
    ),
    gauge(
      'cancellations_stuck',
      'Those of them that make no progress.',
      (figures) => figures.cancellationsStuck,
    ),
    {
      name: 'rowlock_seats',
      help: 'Seats of the performances on sale, by grade and state.',
      type: 'gauge',
      samples: async () => seatSamples(await read()),
    },
    {
      name: 'rowlock_database_replication_lag_bytes',
      help: 'WAL that a standby has not replayed.',
      type: 'gauge',
      samples: async () => standbySamples(await read(), ({ bytes }) => bytes),
    },
    {
      name: 'rowlock_database_replication_lag_seconds',
      help: 'How long the newest replayed commit took to a standby.',
      type: 'gauge',
      samples: async () => standbySamples(await read(), ({ seconds }) => seconds),
    },
  ];
}

function valueIn(
  figures: DatabaseFigures | undefined,
  value: (figures: DatabaseFigures) => number | undefined,
): number | undefined {
  return figures === undefined ? undefined : value(figures);
}

function seatSamples(figures: DatabaseFigures | undefined): readonly Sample[] {
  return (figures?.seats?.grades ?? []).flatMap(({ performanceId, grade, ...states }) =>
    Object.entries(states).map(([state, value]) => ({
      labels: { performance: performanceId, grade, state },
      value,
    })),
  );
}

function standbySamples(
  figures: DatabaseFigures | undefined,
  value: (standby: DatabaseFigures['standbys'][number]) => number,
): readonly Sample[] {
  // Two standbys of one name are one series: the one that is further behind.
  const worst = new Map<string, number>();
  for (const standby of figures?.standbys ?? []) {
    worst.set(standby.name, Math.max(worst.get(standby.name) ?? 0, value(standby)));
  }
  return [...worst].map(([standby, lag]) => ({ labels: { standby }, value: lag }));
}
