/** The chunks of a move: their list, with a hash of each, and their copies on the other server. */
import type { Database, Reader, Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';

const listChunks = statement({
  name: 'move_list_chunks',
  group: 'catalogue',
  params: ['uuid'],
  columns: { table_name: 'text', chunk: 'integer', row_count: 'integer', hash: 'text' },
  text: `
    select m.table_name, m.chunk, m.row_count, md5(m.rows::text) as hash
    from moving_chunk as m
    where m.move_id = $1
    order by m.table_name, m.chunk`,
});

const readChunk = statement({
  name: 'move_read_chunk',
  group: 'catalogue',
  params: ['uuid', 'text', 'integer'],
  columns: { row_count: 'integer', rows: 'text' },
  text: `
    select m.row_count, m.rows::text as rows
    from moving_chunk as m
    where m.move_id = $1 and m.table_name = $2 and m.chunk = $3`,
});

const writeChunk = statement({
  name: 'move_write_chunk',
  group: 'catalogue',
  writes: true,
  params: ['uuid', 'text', 'integer', 'integer', 'text'],
  columns: {},
  text: `
    insert into moving_chunk (move_id, table_name, chunk, row_count, rows)
    values ($1, $2, $3, $4, ($5::text)::json)
    on conflict (move_id, table_name, chunk) do nothing`,
});

const deleteChunks = statement({
  name: 'move_delete_chunks',
  group: 'catalogue',
  writes: true,
  params: ['uuid'],
  columns: {},
  text: `delete from moving_chunk as m where m.move_id = $1`,
});

/** A chunk by its place, its count of rows and its hash, as one text. */
type ChunkMark = string;

/** The chunks of the move that a server has, in one order on all servers. */
export async function chunkMarks(reader: Reader, moveId: string): Promise<readonly ChunkMark[]> {
  const rows = await reader.read(listChunks, [moveId]);
  return rows.map((row) => `${row.table_name} ${row.chunk} ${row.row_count} ${row.hash}`);
}

/** Copies the chunks that the target lacks. May be repeated. */
export async function copyChunks(source: Database, target: Database, moveId: string): Promise<void> {
  const chunks = await source.connect((connection) => connection.read(listChunks, [moveId]));
  const there = new Set(await target.connect((connection) => chunkMarks(connection, moveId)));
  for (const { table_name: table, chunk, row_count: count, hash } of chunks) {
    if (there.has(`${table} ${chunk} ${count} ${hash}`)) continue;
    const [packed] = await source.connect((connection) => connection.read(readChunk, [moveId, table, chunk]));
    // Another process has ended the move meanwhile; what is missing is found by the comparison.
    if (packed === undefined) return;
    await target.connect((connection) =>
      connection.autocommit(writeChunk, [moveId, table, chunk, packed.row_count, packed.rows]),
    );
  }
}

/** Deletes the chunks of a move, which are live somewhere. */
export async function dropChunks(tx: Transaction, moveId: string): Promise<void> {
  await tx.run(deleteChunks, [moveId]);
}
