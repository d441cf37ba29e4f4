import type { HoldCommand } from '../../src/operations/hold/hold.ts';
import type { TestDatabase } from './database.ts';

/**
 * Runs the statement in another session and keeps its transaction open while `work` runs or until it calls `unlock`; then
 * rolls it back. Requests that need the rows that the statement locked or made wait for it.
 */
export async function whileOpen<T>(
  database: TestDatabase,
  [text, ...values]: readonly [text: string, ...values: unknown[]],
  work: (unlock: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const blocker = await database.pool.connect();
  try {
    await blocker.query('begin');
    const { rowCount, command } = await blocker.query(text, values);
    if (rowCount === 0) throw new Error(`the ${command} finds no row: ${text}`);
    return await work(async () => {
      await blocker.query('rollback');
    });
  } finally {
    await blocker.query('rollback');
    blocker.release();
  }
}

const ROWS = {
  reservation: `select from reservation where performance_id = $1 and reservation_id = $2 and $3 <> '' for update`,
  seats: `
    select from seat
    where performance_id = $1 and seat_number = any(
      select unnest(seat_ids) from reservation where performance_id = $1 and reservation_id = $2 and $3 <> ''
    )
    for update`,
  limit: `select from claim_limit where performance_id = $1 and $2::uuid is not null and account_id = $3 for update`,
  wallet: `select from wallet where $1 <> '' and $2::uuid is not null and account_id = $3 for update`,
};

/** Keeps rows of a hold locked while `work` runs or until it calls `unlock`. */
export function whileLocked<T>(
  database: TestDatabase,
  rows: keyof typeof ROWS,
  {
    performanceId,
    reservationId,
    accountId,
  }: Pick<HoldCommand, 'performanceId' | 'reservationId' | 'accountId'>,
  work: (unlock: () => Promise<void>) => Promise<T>,
): Promise<T> {
  return whileOpen(database, [ROWS[rows], performanceId, reservationId, accountId], work);
}

/** Keeps seats locked while `work` runs or until it calls `unlock`. */
export function whileSeatsLocked<T>(
  database: TestDatabase,
  performanceId: string,
  seats: readonly number[],
  work: (unlock: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const lock = 'select from seat where performance_id = $1 and seat_number = any($2) for update';
  return whileOpen(database, [lock, performanceId, seats], work);
}
