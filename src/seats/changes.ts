/** What has changed of a performance's seats and sale since a snapshot. */
import type { Reader } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { SaleState, SaleWindow } from '../catalogue/sale.ts';
import type { CursorParts } from './cursor.ts';

/** Seats that were written since a snapshot, and the snapshot of this reading. The lists belong together by index. */
export interface SeatChanges extends CursorParts {
  readonly sale: SaleWindow;
  readonly numbers: readonly number[];
  /** `f`, `h` or `s` for each, as written: a hold that has expired is still `h`. */
  readonly states: string;
  /** When a held seat's hold expires, rounded up to milliseconds: held until then and not at it. 0 for others. */
  readonly heldUntilMs: readonly number[];
  /** The transaction that wrote the seat last. */
  readonly changedBy: readonly number[];
}

/** Contains nothing: what has changed since is everything. */
export const EMPTY_SNAPSHOT = '1:1:';

/**
 * The server's life: after a crash it may give a transaction's number again, and then no earlier snapshot says anything. It is
 * when the server last began its statistics anew, which it does when it recovers from a crash and on becoming primary: of
 * the functions that everyone may call it is the one that tells this. Counting them anew by hand (`pg_stat_reset_shared`)
 * costs one full reading.
 */
export const EPOCH_SQL =
  'coalesce(extract(epoch from pg_stat_get_bgwriter_stat_reset_time()) * 1000, 0)::bigint';

/**
 * What makes a cursor, in a statement that names the venue `v` and its own clock `m`. `pg_current_snapshot()` is the snapshot
 * of the very statement that it stands in, so nothing can commit between the picture and its cursor.
 */
export const CURSOR_SQL = `
      pg_current_snapshot()::text as snapshot,
      m.at,
      ${EPOCH_SQL} as epoch,
      v.revision`;

export const CURSOR_COLUMNS = {
  snapshot: 'text',
  at: 'timestamp with time zone',
  epoch: 'bigint',
  revision: 'integer',
} as const;

// Reads every seat of the performance, because an index on changed_by would cost each hold its HOT update. The snapshot is
// parsed once, as a scalar subquery; comparing with its xmin first leaves few seats to the dearer test. Expiry is not asked
// here: whoever knows each held_until needs only the time.
const readChanges = statement({
  name: 'seat_changes',
  params: ['text', 'text'],
  columns: {
    ...CURSOR_COLUMNS,
    sale_state: 'text',
    sale_opens_at: 'timestamp with time zone',
    sale_closes_at: 'timestamp with time zone?',
    numbers: 'integer[]',
    states: 'text',
    held_until_ms: 'bigint[]',
    changed_by: 'bigint[]',
  },
  text: `
    with since as materialized (
      select ($2::text)::pg_snapshot as snapshot
    ), moment as materialized (
      select date_trunc('milliseconds', clock_timestamp()) as at
    ), changed as materialized (
      select
        coalesce(array_agg(s.seat_number), '{}') as numbers,
        coalesce(string_agg(left(s.state::text, 1), ''), '') as states,
        coalesce(array_agg(coalesce(ceil(extract(epoch from s.held_until) * 1000), 0)::bigint), '{}') as held_until_ms,
        coalesce(array_agg(s.changed_by::text::bigint), '{}') as changed_by
      from seat as s
      where s.performance_id = $1
        and s.changed_by >= (select pg_snapshot_xmin(since.snapshot) from since)
        and not pg_visible_in_snapshot(s.changed_by, (select since.snapshot from since))
    )
    select ${CURSOR_SQL.trim()},
      p.sale_state::text as sale_state,
      p.sale_opens_at,
      p.sale_closes_at,
      c.numbers,
      c.states,
      c.held_until_ms,
      c.changed_by
    from performance as p
    join venue as v on v.venue_id = p.venue_id
    cross join moment as m
    cross join changed as c
    where p.performance_id = $1`,
});

/** Every seat whose last change `snapshot` does not contain, or undefined when there is no such performance. */
export async function readSeatChanges(
  reader: Reader,
  performanceId: string,
  snapshot: string,
): Promise<SeatChanges | undefined> {
  const [row] = await reader.read(readChanges, [performanceId, snapshot]);
  if (row === undefined) return undefined;
  const { sale_state: saleState, sale_opens_at: opensAt, sale_closes_at: closesAt } = row;
  return {
    snapshot: row.snapshot,
    at: row.at,
    epoch: row.epoch,
    revision: row.revision,
    sale: { saleState: saleState as SaleState, opensAt, closesAt },
    numbers: row.numbers,
    states: row.states,
    heldUntilMs: row.held_until_ms,
    changedBy: row.changed_by,
  };
}
