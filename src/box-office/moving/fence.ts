/**
 * The source's side of a move. The fence takes all rows of the performance out of the live tables in one transaction, so that no
 * statement can write what has been copied; a request that looks for the performance finds its departure. All steps may be repeated.
 */
import { randomUUID } from 'node:crypto';
import { takeTurns } from '../../catalogue/import/import.ts';
import { commit, rollback } from '../../db/database.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { errorKindOf } from '../../db/sqlstate.ts';
import { statement } from '../../db/statement.ts';
import { dropChunks } from './chunks.ts';
import { readDeparture } from './departures.ts';
import type { Departure } from './departures.ts';
import { MOVED_TABLES, packStatements, ROWS_PER_CHUNK, unpackStatements } from './tables.ts';
import { STATEMENT_TIMEOUT_MS } from './timeouts.ts';
import { venueMark } from './venue.ts';

/** How long the fence waits for each lock. All writers of seats, in every hall of the source, wait behind it meanwhile. */
const LOCK_TIMEOUT_MS = 2_000;
const ATTEMPTS_MAX = 5;

const lockPerformance = statement({
  name: 'move_lock_performance',
  group: 'performance',
  writes: true,
  params: ['text'],
  columns: { venue_id: 'text' },
  text: `
    select p.venue_id::text as venue_id
    from performance as p
    where p.performance_id = $1
    for no key update`,
});

// As in a cancellation (decision 0023), the row is locked before the table. Every operation that changes what a performance has
// writes or locks its seats, but for the beginning of a refund: this waits for those in flight, and those that come later
// take their snapshot after the commit, so that they find no row rather than a stale one.
const lockSeats = statement({
  name: 'move_lock_seats',
  group: 'performance',
  writes: true,
  params: [],
  columns: {},
  text: `lock table seat in exclusive mode`,
});

const noteDeparture = statement({
  name: 'move_depart',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'text'],
  columns: {},
  text: `
    insert into departure (performance_id, move_id, target, began_at)
    values ($1, $2, $3, clock_timestamp())`,
});

/** What the fence found. */
export type Fenced = 'no performance' | 'other seat map' | Departure;

/**
 * Fences the performance, unless it is fenced already. `venueAtTarget` is the mark of its seat map there. Throws the database's
 * errors.
 */
export async function fence(
  source: Database,
  performanceId: string,
  target: string,
  venueAtTarget: string,
): Promise<Fenced> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await source.connect((connection) =>
        connection.transaction<Fenced>(
          { lockTimeoutMs: LOCK_TIMEOUT_MS, statementTimeoutMs: STATEMENT_TIMEOUT_MS },
          async (tx) => {
            const fenced = await fenceIn(tx, performanceId, target, venueAtTarget);
            return typeof fenced === 'string' ? rollback(fenced) : commit(fenced);
          },
        ),
      );
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || errorKindOf(error) !== 'contended') throw error;
    }
  }
}

async function fenceIn(
  tx: Transaction,
  performanceId: string,
  target: string,
  venueAtTarget: string,
): Promise<Fenced> {
  // An import that has read of the performance may not write it afterwards.
  await tx.run(takeTurns, []);
  const [performance] = await tx.run(lockPerformance, [performanceId]);
  if (performance === undefined) return (await readDeparture(tx, performanceId)) ?? 'no performance';
  if ((await venueMark(tx, performance.venue_id)) !== venueAtTarget) return 'other seat map';
  await tx.run(lockSeats, []);
  const moveId = randomUUID();
  for (const i of PACKING_ORDER) await tx.run(packStatements[i]!, [performanceId, moveId, ROWS_PER_CHUNK]);
  await tx.run(noteDeparture, [performanceId, moveId, target]);
  return { moveId, target, step: 'fenced' };
}

// Attempts after reservations: a refund that begins writes its attempt in the transaction that has the reservation locked,
// which the deletion of the reservation waits for. The performance last: the others refer to it.
const PACKING_ORDER = [
  'seat',
  'reservation',
  'payment_attempt',
  'claim_limit',
  'cancellation',
  'performance_grade',
  'performance',
].map((name) => MOVED_TABLES.findIndex((table) => table.name === name));

const decideMove = statement({
  name: 'move_decide',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid'],
  columns: { step: 'text' },
  text: `
    update departure as d
    set step = case when d.step = 'fenced' then 'decided' else d.step end
    where d.performance_id = $1 and d.move_id = $2
    returning d.step`,
});

/** Decides that the move goes on: from here on nothing is put back. Returns whether it has not been put back before. */
export async function decide(source: Database, performanceId: string, moveId: string): Promise<boolean> {
  const rows = await source.connect((connection) =>
    connection.autocommit(decideMove, [performanceId, moveId]),
  );
  return rows.length > 0;
}

const removeDeparture = statement({
  name: 'move_remove_departure',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid'],
  columns: { move_id: 'uuid' },
  text: `
    delete from departure as d
    where d.performance_id = $1 and d.move_id = $2 and d.step = 'fenced'
    returning d.move_id`,
});

/** Makes the performance live again where it was. Returns whether it is: a move that is decided goes on instead. */
export function putBack(source: Database, performanceId: string, moveId: string): Promise<boolean> {
  return source.connect((connection) =>
    connection.transaction({ statementTimeoutMs: STATEMENT_TIMEOUT_MS }, async (tx) => {
      const removed = await tx.run(removeDeparture, [performanceId, moveId]);
      if (removed.length === 0) return rollback(false);
      await unpack(tx, moveId, 0);
      return commit(true);
    }),
  );
}

/** Makes the move's rows live, with ends of times later by so much, and deletes their chunks. */
export async function unpack(tx: Transaction, moveId: string, laterMs: number): Promise<void> {
  for (const statementOf of unpackStatements) {
    const [made] = await tx.run(statementOf, [moveId, laterMs]);
    if (made === undefined || made.rows !== made.packed) throw new Error('a moved row was not written');
  }
  await dropChunks(tx, moveId);
}

const endDeparture = statement({
  name: 'move_end_departure',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid'],
  columns: {},
  text: `update departure as d set step = 'gone' where d.performance_id = $1 and d.move_id = $2 and d.step = 'decided'`,
});

/** Deletes the rows at the source, once the performance is live elsewhere and the map says so. The departure stays. */
export function drop(source: Database, performanceId: string, moveId: string): Promise<void> {
  return source.connect((connection) =>
    connection.transaction({ statementTimeoutMs: STATEMENT_TIMEOUT_MS }, async (tx) => {
      await tx.run(endDeparture, [performanceId, moveId]);
      await dropChunks(tx, moveId);
      return commit(undefined);
    }),
  );
}
