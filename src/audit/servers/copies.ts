/**
 * The rows of performances that are compared with accounts, copied to temporary tables beside the accounts: there the checks of
 * one server see both sides, because PostgreSQL finds a temporary table before the table of the same name.
 */
import type { Connection, Transaction } from '../../db/database.ts';
import type { Statement } from '../../db/statement.ts';
import { statement } from '../../db/statement.ts';

/** Rows in one message. */
const PAGE_SIZE = 2_000;

const BEFORE_ALL = { performanceId: '', id: '00000000-0000-0000-0000-000000000000', number: 0 } as const;

/** The tables that are copied, with those that only a journal is compared with. */
const COPIED = ['reservation', 'seat', 'payment_attempt', 'performance'] as const;
const COPIED_FOR_JOURNAL = ['venue_seat', 'venue_seat_removed'] as const;
const isOnSeveral = (table: Copied): boolean => COPIED_FOR_JOURNAL.some((each) => each === table);
type Copied = (typeof COPIED)[number] | (typeof COPIED_FOR_JOURNAL)[number];

const PAGE_COLUMNS = {
  performance_id: 'text',
  id: 'uuid',
  number: 'integer',
  row: 'jsonb',
} as const;
const PAGE_PARAMS = ['text', 'uuid', 'integer', 'integer', 'uuid[]?'] as const;

/** Reads a page of a table: rows beyond $1, $2, $3, at most $4; of the reservations $5 only, if given. */
function pageOf(table: Copied, key: string, row: string, condition: string) {
  return statement({
    name: `audit_copy_${table}`,
    group: 'performance',
    params: PAGE_PARAMS,
    columns: PAGE_COLUMNS,
    text: `
    select ${key}, ${row} as row
    from ${table} as t
    where ${condition}
    order by 1, 2, 3
    limit $4::integer`,
  });
}

const NO_ID = `'${BEFORE_ALL.id}'::uuid as id`;
const BEYOND = '($1::text, $2::uuid, $3::integer)';
const NOT_ONE_BY_ONE = `$5::uuid[] is null and $2::uuid is not null`;

const PAGES: Readonly<Record<Copied, ReturnType<typeof pageOf>>> = {
  reservation: pageOf(
    'reservation',
    't.performance_id::text as performance_id, t.reservation_id as id, 0 as number',
    `to_jsonb(t) || '{"request_hash": ""}'`,
    `(t.performance_id, t.reservation_id, 1) > ${BEYOND} and ($5::uuid[] is null or t.reservation_id = any($5))`,
  ),
  seat: pageOf(
    'seat',
    `t.performance_id::text as performance_id, ${NO_ID}, t.seat_number as number`,
    'to_jsonb(t)',
    `(t.performance_id, t.seat_number) > ($1::text, $3::integer)
      and $2::uuid is not null
      and t.reservation_id is not null
      and ($5::uuid[] is null or t.reservation_id = any($5))`,
  ),
  payment_attempt: pageOf(
    'payment_attempt',
    't.performance_id::text as performance_id, t.reservation_id as id, t.attempt::integer as number',
    `to_jsonb(t) || '{"request_hash": ""}'`,
    `(t.performance_id, t.reservation_id, t.attempt) > ${BEYOND}
      and ($5::uuid[] is null or t.reservation_id = any($5))`,
  ),
  performance: pageOf(
    'performance',
    `t.performance_id::text as performance_id, ${NO_ID}, 0 as number`,
    'to_jsonb(t)',
    `t.performance_id > $1::text and $3::integer is not null and $2::uuid is not null
      and ($5::uuid[] is null or cardinality($5) >= 0)`,
  ),
  venue_seat: pageOf(
    'venue_seat',
    `t.venue_id::text as performance_id, ${NO_ID}, t.seat_number as number`,
    'to_jsonb(t)',
    `(t.venue_id, t.seat_number) > ($1::text, $3::integer) and ${NOT_ONE_BY_ONE}`,
  ),
  venue_seat_removed: pageOf(
    'venue_seat_removed',
    `t.venue_id::text as performance_id, ${NO_ID}, t.seat_number as number`,
    'to_jsonb(t)',
    `(t.venue_id, t.seat_number) > ($1::text, $3::integer) and ${NOT_ONE_BY_ONE}`,
  ),
};

type Temporary = Statement<readonly 'jsonb'[], Readonly<Record<string, never>>, true>;

/** A statement about temporary tables, which no schema has: it is not among those that tests compare with one. */
function temporary(name: string, text: string, params: Temporary['params'] = []): Temporary {
  return { name, group: 'any', writes: true, params, columns: {}, text };
}

/** Copies of performances beside accounts. */
export interface Copies {
  /** Copies a server's rows from its snapshot; of the given reservations only, if any are given. */
  add(from: Transaction, reservationIds?: readonly string[]): Promise<void>;
  /** Forgets the rows, to copy others. */
  clear(): Promise<void>;
}

/** Makes the temporary tables on a connection to the accounts, where they last as long as the connection. */
export async function makeCopies(
  beside: Connection,
  { forJournal = false }: { readonly forJournal?: boolean } = {},
): Promise<Copies> {
  const tables: readonly Copied[] = forJournal ? [...COPIED, ...COPIED_FOR_JOURNAL] : COPIED;
  for (const table of tables) {
    // A venue is on each server that needs it; a reservation that is on two is a violation, and must be seen.
    const keys = isOnSeveral(table) ? ' including indexes' : '';
    const text = `create temporary table ${table} (like ${table}${keys})`;
    await beside.autocommit(temporary(`audit_make_${table}`, text), []);
  }
  const insertOf = (table: Copied): Temporary =>
    temporary(
      `audit_insert_${table}`,
      `insert into pg_temp.${table} select * from jsonb_populate_recordset(null::pg_temp.${table}, $1)
        on conflict do nothing`,
      ['jsonb'],
    );
  return {
    add: async (from, reservationIds) => {
      for (const table of tables) await copy(from, beside, table, insertOf(table), reservationIds);
    },
    clear: async () => {
      for (const table of tables) {
        await beside.autocommit(temporary(`audit_clear_${table}`, `truncate pg_temp.${table}`), []);
      }
    },
  };
}

/** Copies of some reservations, beside what the accounts have of the same. */
export interface CopiesOfSome extends Copies {
  /** Names the reservations. */
  look(reservationIds: readonly string[]): Promise<void>;
}

/** The accounts' tables that checks compare with performances. */
const COMPARED = ['ledger_entry', 'settlement'] as const;

/** Makes the temporary tables, and hides what the accounts have of other reservations. */
export async function makeCopiesOfSome(beside: Connection): Promise<CopiesOfSome> {
  const copies = await makeCopies(beside);
  await beside.autocommit(
    temporary('audit_make_looked_at', 'create temporary table looked_at (reservation_id uuid primary key)'),
    [],
  );
  for (const table of COMPARED) {
    const text = `
      do $do$ begin
        execute format(
          'create temporary view ${table} as select * from %I.${table} where reservation_id in (select l.reservation_id from looked_at as l)',
          current_schema()
        );
      end $do$`;
    await beside.autocommit(temporary(`audit_hide_${table}`, text), []);
  }
  const clear = temporary('audit_clear_looked_at', 'truncate looked_at');
  const add = temporary(
    'audit_look',
    'insert into looked_at select distinct i.id::uuid from jsonb_array_elements_text($1) as i (id)',
    ['jsonb'],
  );
  return {
    ...copies,
    look: async (reservationIds) => {
      await beside.autocommit(clear, []);
      await beside.autocommit(add, [JSON.stringify(reservationIds)]);
    },
  };
}

async function copy(
  from: Transaction,
  beside: Connection,
  table: Copied,
  insert: Temporary,
  reservationIds: readonly string[] | undefined,
): Promise<void> {
  let { performanceId, id, number }: { performanceId: string; id: string; number: number } = BEFORE_ALL;
  for (;;) {
    const rows = await from.run(PAGES[table], [performanceId, id, number, PAGE_SIZE, reservationIds ?? null]);
    if (rows.length > 0) await beside.autocommit(insert, [JSON.stringify(rows.map(({ row }) => row))]);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_SIZE) return;
    ({ performance_id: performanceId, id, number } = last);
  }
}
