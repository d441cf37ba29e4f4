/** Reads what has changed in a performance's seats and sale since a snapshot. */
import type { Database, Reader } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { StoredSaleState, SaleWindow } from '../catalogue/sale.ts';
import type { CursorParts } from './cursor.ts';

/** The seats that were written since a snapshot, and this reading's snapshot. Arrays by seat are parallel. */
export interface SeatChanges extends CursorParts {
  readonly sale: SaleWindow;
  readonly numbers: readonly number[];
  /** `f`, `h` or `s` for each seat, as written: an expired hold is still `h`. */
  readonly states: string;
  /**
   * When a seat's hold expires, rounded up to milliseconds (held before it, not at it); 0 for other seats. A time that never
   * comes for one that is being paid.
   */
  readonly heldUntilMs: readonly number[];
  /** The transaction that last wrote each seat. */
  readonly changedBy: readonly number[];
  /** The reservations of the `h` and `s` seats, in their order; empty unless asked for. */
  readonly reservationIds: readonly string[];
}

/** Reads a performance's changes since a snapshot, or undefined for an unknown performance. */
export type ReadChanges = (
  performanceId: string,
  snapshot: string,
  withReservations: boolean,
) => Promise<SeatChanges | undefined>;

/** Contains no transaction, so every seat has changed since. */
export const EMPTY_SNAPSHOT = '1:1:';

/**
 * Identifies the server's life: after a crash, a server may assign a transaction number again, so a snapshot
 * of an earlier life means nothing. A server resets its statistics when it recovers from a crash and when it
 * becomes primary, and every role may read when. Resetting them by hand (`pg_stat_reset_shared`) costs one
 * full reading.
 */
const EPOCH_SQL = 'coalesce(extract(epoch from pg_stat_get_bgwriter_stat_reset_time()) * 1000, 0)::bigint';

/**
 * The columns of a cursor, for a statement with the venue `v` and its own clock `m`. `pg_current_snapshot()`
 * is the snapshot of the same statement, so nothing commits between the states and their cursor.
 */
export const CURSOR_SQL = `
      pg_current_snapshot()::text as snapshot,
      m.at,
      ${EPOCH_SQL} as epoch,
      v.revision,
      (
        select t.name || case when t.epoch > 1 then '.' || t.epoch else '' end from this_server as t
      ) as server`;

export const CURSOR_COLUMNS = {
  snapshot: 'text',
  at: 'timestamp with time zone',
  epoch: 'bigint',
  revision: 'integer',
  server: 'text?',
} as const;

/**
 * A seat that is being paid stays held however long that takes: its time is `infinity`, which no number of milliseconds is.
 * The last moment that a browser's clock knows stands for it.
 */
const EVER_MS = 8_640_000_000_000_000;
const HELD_UNTIL_MS_SQL = `case
          when isfinite(s.held_until) then ceil(extract(epoch from s.held_until) * 1000)::bigint
          when s.held_until is null then 0
          else ${EVER_MS}
        end`;

// Scans all seats of the performance, because an index on changed_by would cost each hold its HOT update. If
// no transaction began or ended since the snapshot, it reads no seat. The snapshot is parsed once, as a
// scalar subquery. The comparison with its xmin comes first: it is cheap, and nearly every seat fails it. The
// statement does not evaluate expiry; a reader that knows each held_until needs only the time.
const readChanges = statement({
  name: 'seat_changes',
  group: 'performance',
  params: ['text', 'text', 'boolean'],
  columns: {
    ...CURSOR_COLUMNS,
    sale_state: 'text',
    sale_opens_at: 'timestamp with time zone',
    sale_closes_at: 'timestamp with time zone?',
    numbers: 'integer[]',
    states: 'text',
    held_until_ms: 'bigint[]',
    changed_by: 'bigint[]',
    reservation_ids: 'uuid[]',
  },
  text: `
    with since as materialized (
      select
        $2::text::pg_snapshot as snapshot,
        pg_snapshot_xmin($2::text::pg_snapshot) as xmin,
        pg_current_snapshot()::text <> $2::text as is_past
    ), moment as materialized (
      select date_trunc('milliseconds', clock_timestamp()) as at
    ), changed as materialized (
      select
        coalesce(array_agg(s.seat_number), '{}') as numbers,
        coalesce(string_agg(left(s.state::text, 1), ''), '') as states,
        coalesce(array_agg(${HELD_UNTIL_MS_SQL}), '{}') as held_until_ms,
        coalesce(array_agg(s.changed_by::text::bigint), '{}') as changed_by,
        coalesce(array_agg(s.reservation_id) filter (where $3 and s.state <> 'free'), '{}') as reservation_ids
      from seat as s
      where s.performance_id = $1
        and (select since.is_past from since)
        and s.changed_by >= (select since.xmin from since)
        and not pg_visible_in_snapshot(s.changed_by, (select since.snapshot from since))
    )
    select ${CURSOR_SQL.trim()},
      p.sale_state::text as sale_state,
      p.sale_opens_at,
      p.sale_closes_at,
      c.numbers,
      c.states,
      c.held_until_ms,
      c.changed_by,
      c.reservation_ids
    from performance as p
    join venue as v on v.venue_id = p.venue_id
    cross join moment as m
    cross join changed as c
    where p.performance_id = $1`,
});

export async function readSeatChanges(
  reader: Reader,
  ...[performanceId, snapshot, withReservations]: Parameters<ReadChanges>
): Promise<SeatChanges | undefined> {
  const [row] = await reader.read(readChanges, [performanceId, snapshot, withReservations]);
  if (row === undefined) return undefined;
  const { sale_state: saleState, sale_opens_at: opensAt, sale_closes_at: closesAt } = row;
  return {
    snapshot: row.snapshot,
    at: row.at,
    epoch: row.epoch,
    revision: row.revision,
    server: row.server ?? undefined,
    sale: { saleState: saleState as StoredSaleState, opensAt, closesAt },
    numbers: row.numbers,
    states: row.states,
    heldUntilMs: row.held_until_ms,
    changedBy: row.changed_by,
    reservationIds: row.reservation_ids,
  };
}

/** Reads each time on a connection of its own. */
export function changesOf(database: Database): ReadChanges {
  return (...since) => database.connect((connection) => readSeatChanges(connection, ...since));
}
