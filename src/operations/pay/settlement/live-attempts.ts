/** The attempts in flight of a database, for the settler that drives on what a dead process began. */
import type { Database, Reader } from '../../../db/database.ts';
import type { RowOf } from '../../../db/statement.ts';
import { statement } from '../../../db/statement.ts';
import type { Attempt } from './attempt.ts';

/** The provider of payments from a wallet, as their attempts name it. */
export const PROVIDER = 'wallet';

/** How long an attempt is left to the process that began it. */
export const TAKE_OVER_SECONDS = 2;

/** How long a settler has for an attempt before another may take it. */
export const LEASE_SECONDS = 30;

const COLUMNS = {
  performance_id: 'text',
  reservation_id: 'uuid',
  attempt: 'integer',
  account_id: 'text',
  kind: 'text',
  amount: 'bigint',
  key: 'text',
  request_hash: 'bytea',
  part: 'integer',
  seats: 'integer[]?',
  noted: 'jsonb?',
} as const;

// The lower bound lets the block range index pass over all that ended before. Of several settlers each takes others.
const takeOver = statement({
  name: 'attempt_take_over',
  group: 'performance',
  writes: true,
  params: ['timestamp with time zone', 'integer'],
  columns: COLUMNS,
  text: `
    with due as materialized (
      select a.performance_id, a.reservation_id, a.attempt
      from payment_attempt as a
      where a.started_at >= $1 and a.outcome is null and a.leased_until <= clock_timestamp()
      order by a.started_at
      limit $2::integer
      for no key update skip locked
    )
    update payment_attempt as a
    set leased_until = clock_timestamp() + interval '${LEASE_SECONDS} s'
    from due
    where a.performance_id = due.performance_id
      and a.reservation_id = due.reservation_id
      and a.attempt = due.attempt
    returning
      a.performance_id::text as performance_id,
      a.reservation_id,
      a.attempt::integer as attempt,
      a.account_id::text as account_id,
      a.kind::text as kind,
      a.amount,
      a.key::text as key,
      a.request_hash,
      a.part::integer as part,
      a.seats,
      a.noted`,
});

/** Takes a lease on at most `batchSize` attempts that began at or after `from` and that nobody drives on, oldest first. */
export async function takeOverAttempts(
  database: Database,
  { from, batchSize }: { readonly from: Date; readonly batchSize: number },
): Promise<readonly Attempt[]> {
  const rows = await database.connect((connection) => connection.autocommit(takeOver, [from, batchSize]));
  return rows.map(attemptOf);
}

function attemptOf(row: RowOf<typeof COLUMNS>): Attempt {
  return {
    performanceId: row.performance_id,
    reservationId: row.reservation_id,
    attempt: row.attempt,
    accountId: row.account_id,
    kind: row.kind as Attempt['kind'],
    amount: row.amount,
    idempotencyKey: row.key,
    requestHash: row.request_hash,
    part: row.part,
    seats: row.seats ?? [],
    noted: row.noted ?? undefined,
  };
}

const readOldest = statement({
  name: 'attempt_oldest',
  group: 'performance',
  params: ['timestamp with time zone'],
  columns: {
    at: 'timestamp with time zone',
    live: 'bigint',
    started_at: 'timestamp with time zone?',
    age_seconds: 'double precision',
  },
  text: `
    select
      date_trunc('milliseconds', statement_timestamp()) as at,
      count(*) as live,
      date_trunc('milliseconds', min(a.started_at)) as started_at,
      greatest(coalesce(extract(epoch from statement_timestamp() - min(a.started_at)), 0), 0)::double precision as age_seconds
    from payment_attempt as a
    where a.started_at >= $1 and a.outcome is null`,
});

/** How many attempts are in flight, and how old the oldest is. */
export interface LiveAttempts {
  readonly count: number;
  /** 0 when there is none. */
  readonly oldestSeconds: number;
  /** Nothing in flight began before. */
  readonly from: Date;
}

/** An attempt may be committed so long after the moment from which its time counts. */
const LATE_COMMIT_MS = 60_000;

/** Creates the reading; each looks only where something may be left since the one before. */
export function liveAttempts(): (reader: Reader) => Promise<LiveAttempts> {
  let from = new Date(0);
  return async (reader) => {
    const live = await readLiveAttempts(reader, from);
    from = live.from;
    return live;
  };
}

async function readLiveAttempts(reader: Reader, from: Date): Promise<LiveAttempts> {
  const [row] = await reader.read(readOldest, [from]);
  if (row === undefined) throw new Error('a statement without a condition gave no row');
  const { at, live: count, started_at: oldestAt, age_seconds: oldestSeconds } = row;
  return { count, oldestSeconds, from: new Date((oldestAt ?? at).getTime() - LATE_COMMIT_MS) };
}
