/** The tables that have rows of one performance, and how their rows are packed and made live again. */
import { statement } from '../../db/statement.ts';

/** A table with rows of one performance. */
interface MovedTable {
  readonly name: string;
  /** What its rows are ordered by, so that chunks are equal wherever they are made. */
  readonly key: string;
  readonly columns: readonly string[];
  /** Columns that are not written as they were: `r` is the row, `$2` how far the clock is ahead here, in milliseconds. */
  readonly changed?: Readonly<Record<string, string>>;
}

/** A moment of the other server's clock in this one's; `infinity` stays so. */
const corrected = (column: string): string => `r.${column} + $2::integer * interval '1 millisecond'`;

/**
 * In an order in which they can be written. Times at which something ends are corrected by the difference of the two clocks, all
 * by the same whole milliseconds, so that equal ones stay equal. Times at which something was are history, and stay.
 */
export const MOVED_TABLES: readonly MovedTable[] = [
  {
    name: 'performance',
    key: 'performance_id',
    columns: [
      'performance_id',
      'concert_id',
      'venue_id',
      'starts_at',
      'sale_state',
      'sale_opens_at',
      'sale_closes_at',
      'imported_opens_at',
      'imported_closes_at',
      'refundable_until',
      'hold_seconds',
      'seat_limit',
      'cancelled_at',
      'hold_budget',
    ],
  },
  { name: 'performance_grade', key: 'grade', columns: ['performance_id', 'grade', 'price'] },
  {
    name: 'cancellation',
    key: 'performance_id',
    columns: ['performance_id', 'actor', 'refunded_before', 'leased_until', 'failures', 'completed_at'],
    changed: { leased_until: corrected('leased_until') },
  },
  {
    name: 'seat',
    key: 'seat_number',
    columns: [
      'performance_id',
      'seat_number',
      'state',
      'version',
      'list_price',
      'price',
      'held_until',
      'changed_by',
      'reservation_id',
    ],
    // The other server's transactions mean nothing here: to every cursor of this server, all seats are new.
    changed: { held_until: corrected('held_until'), changed_by: 'pg_current_xact_id()' },
  },
  {
    name: 'reservation',
    key: 'reservation_id',
    columns: [
      'performance_id',
      'reservation_id',
      'account_id',
      'state',
      'version',
      'seat_ids',
      'amount',
      'expires_at',
      'created_at',
      'request_hash',
      'refunded_seats',
      'seat_prices',
    ],
    changed: { expires_at: corrected('expires_at') },
  },
  {
    name: 'payment_attempt',
    key: 'reservation_id, attempt',
    columns: [
      'performance_id',
      'reservation_id',
      'attempt',
      'account_id',
      'kind',
      'provider',
      'amount',
      'key',
      'request_hash',
      'part',
      'seats',
      'noted',
      'started_at',
      'leased_until',
      'outcome',
    ],
    changed: { leased_until: corrected('leased_until') },
  },
  {
    name: 'claim_limit',
    key: 'account_id',
    columns: ['performance_id', 'account_id', 'claims'],
    changed: {
      claims: `array(
          select c.claim + $2::integer * interval '1 millisecond'
          from unnest(r.claims) with ordinality as c (claim, place)
          order by c.place
        )`,
    },
  },
];

/** Rows a chunk: some megabytes at most. */
export const ROWS_PER_CHUNK = 5_000;

/** Takes the performance's rows out of the live table, and puts them into chunks of the move. */
export const packStatements = MOVED_TABLES.map(({ name, key }) =>
  statement({
    name: `move_pack_${name}`,
    group: 'catalogue',
    writes: true,
    params: ['text', 'uuid', 'integer'],
    columns: { rows: 'integer' },
    text: `
    with gone as (
      delete from ${name} as t where t.performance_id = $1 returning t.*
    ), numbered as (
      select g as packed, (row_number() over (order by ${key}) - 1) / $3::integer as chunk from gone as g
    ), chunks as (
      insert into moving_chunk (move_id, table_name, chunk, row_count, rows)
      select $2, '${name}', n.chunk, count(*), json_agg(n.packed)
      from numbered as n
      group by n.chunk
      returning row_count
    )
    select coalesce(sum(c.row_count), 0)::integer as rows from chunks as c`,
  }),
);

/** Makes the move's rows of the table live. */
export const unpackStatements = MOVED_TABLES.map(({ name, columns, changed = {} }) =>
  statement({
    name: `move_unpack_${name}`,
    group: 'catalogue',
    writes: true,
    // The table whose times stay takes the clocks' difference, too, so that all are called alike.
    params: ['uuid', 'integer'],
    columns: { rows: 'integer', packed: 'integer' },
    text: `
    with packed as materialized (
      select m.chunk, m.row_count, m.rows
      from moving_chunk as m
      where m.move_id = $1 and m.table_name = '${name}' and $2::integer is not null
    ), live as (
      insert into ${name} (${columns.join(', ')})
      select ${columns.map((column) => changed[column] ?? `r.${column}`).join(', ')}
      from (select p.rows from packed as p order by p.chunk) as p
      cross join lateral json_populate_recordset(null::${name}, p.rows) as r
      returning 1
    )
    select
      (select count(*) from live)::integer as rows,
      (select coalesce(sum(p.row_count), 0) from packed as p)::integer as packed`,
  }),
);
