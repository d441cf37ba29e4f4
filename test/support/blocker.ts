import type { HoldCommand } from '../../src/operations/hold/hold.ts';
import type { TestDatabase } from './database.ts';

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

/**
 * Keeps rows of a hold locked in a transaction that changes nothing, while `work` runs or until it calls `letGo`. Whoever
 * needs the rows stops there, with the locks that it has taken before.
 */
export async function whileLocked<T>(
  database: TestDatabase,
  rows: keyof typeof ROWS,
  hold: Pick<HoldCommand, 'performanceId' | 'reservationId' | 'accountId'>,
  work: (letGo: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const blocker = await database.pool.connect();
  try {
    await blocker.query('begin');
    const locked = await blocker.query(ROWS[rows], [hold.performanceId, hold.reservationId, hold.accountId]);
    if (locked.rowCount === 0) throw new Error(`there is no ${rows} to lock`);
    return await work(async () => {
      await blocker.query('rollback');
    });
  } finally {
    await blocker.query('rollback');
    blocker.release();
  }
}
