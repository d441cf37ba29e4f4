/** The target's side of a move: the rows become live in one transaction, once. */
import { takeTurns } from '../../catalogue/import/import.ts';
import { commit, rollback } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { chunkMarks, dropChunks } from './chunks.ts';
import { unpack } from './fence.ts';
import { STATEMENT_TIMEOUT_MS } from './timeouts.ts';

const noteArrival = statement({
  name: 'arrival_note',
  group: 'performance',
  writes: true,
  params: ['uuid', 'text', 'text'],
  columns: { move_id: 'uuid' },
  text: `
    insert into arrival (move_id, performance_id, source, arrived_at)
    values ($1, $2, $3, clock_timestamp())
    on conflict (move_id) do nothing
    returning move_id`,
});

const forgetDeparture = statement({
  name: 'arrival_forget_departure',
  group: 'performance',
  writes: true,
  params: ['text'],
  columns: {},
  text: `delete from departure as d where d.performance_id = $1`,
});

const findLast = statement({
  name: 'arrival_find_last',
  group: 'performance',
  params: ['text'],
  columns: { move_id: 'uuid', source: 'text' },
  text: `
    select a.move_id, a.source::text as source
    from arrival as a
    where a.performance_id = $1
    order by a.arrived_at desc
    limit 1`,
});

/** A move as its target sees it. */
export interface Arriving {
  readonly moveId: string;
  readonly performanceId: string;
  /** The server that it comes from. */
  readonly source: string;
  /** How far the target's clock is ahead of the source's, in whole milliseconds. */
  readonly aheadMs: number;
}

/**
 * Makes the rows live, if that has not been done. Returns false, with nothing changed, when the target's chunks are not those
 * of the source.
 */
export async function arrive(
  target: Database,
  { moveId, performanceId, source, aheadMs }: Arriving,
  marksAtSource: readonly string[],
): Promise<boolean> {
  const isLive = await target.connect((connection) =>
    connection.transaction({ statementTimeoutMs: STATEMENT_TIMEOUT_MS }, async (tx) => {
      await tx.run(takeTurns, []);
      // First: another process that does the same waits here until this one has committed.
      const noted = await tx.run(noteArrival, [moveId, performanceId, source]);
      if (noted.length === 0) {
        // A move that goes on has copied them once more.
        await dropChunks(tx, moveId);
        return commit(true);
      }
      const marks = await chunkMarks(tx, moveId);
      if (marks.length === 0 || marks.join('\n') !== marksAtSource.join('\n')) return rollback(false);
      await tx.run(forgetDeparture, [performanceId]);
      await unpack(tx, moveId, aheadMs);
      return commit(true);
    }),
  );
  // Until autovacuum does, the planner plans for the table as it was.
  if (isLive) await target.pool.query('analyze seat, reservation').catch(() => undefined);
  return isLive;
}

/** The move by which the performance came to this server last. */
export async function lastArrival(
  target: Database,
  performanceId: string,
): Promise<{ readonly moveId: string; readonly source: string } | undefined> {
  const [row] = await target.connect((connection) => connection.read(findLast, [performanceId]));
  return row && { moveId: row.move_id, source: row.source };
}
