/** Makes the limit rows of a performance that gets its first seat limit: without one, holds count nothing. */
import type { Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';

// Every statement that writes a hold names this table, even if it writes no row of it, and so conflicts with
// this lock from its start to its commit. Earlier holds are counted below; later ones read the new limit.
const lockLimits = statement({
  name: 'import_lock_limits',
  group: 'catalogue',
  writes: true,
  params: [],
  columns: {},
  text: `lock table claim_limit in share row exclusive mode`,
});

// Rows of an earlier limit lack what was held since.
const forgetClaims = statement({
  name: 'import_forget_claims',
  group: 'catalogue',
  writes: true,
  params: ['text'],
  columns: {},
  text: `delete from claim_limit as l where l.performance_id = $1`,
});

const countLiveClaims = statement({
  name: 'import_count_claims',
  group: 'catalogue',
  writes: true,
  params: ['text'],
  columns: {},
  text: `
    insert into claim_limit (performance_id, account_id, claims)
    select r.performance_id, r.account_id, array_agg(case r.state when 'confirmed' then 'infinity' else r.expires_at end)
    from reservation as r
    cross join unnest(kept_seats(r.seat_ids, r.refunded_seats))
    where r.performance_id = $1
      and (r.state = 'confirmed' or r.state = 'held' and r.expires_at > clock_timestamp())
    group by r.performance_id, r.account_id`,
});

/**
 * Counts what every account holds and owns. Write the limit before. Holds now wait for the import, so the
 * import must not wait for a hold's seat any more.
 */
export async function countClaims(tx: Transaction, performanceId: string): Promise<void> {
  await tx.run(lockLimits, []);
  await tx.run(forgetClaims, [performanceId]);
  await tx.run(countLiveClaims, [performanceId]);
}
