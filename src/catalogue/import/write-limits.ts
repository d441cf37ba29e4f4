/** Makes the limit rows of a performance that gets a seat limit while it is on sale: without a limit nobody is counted. */
import type { Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';

// Every statement that writes a hold names this table, though it may write no row of it, and so excludes this lock from its
// start to its commit. Who was before is counted below; who comes after reads the sale when the import has committed.
const lockLimits = statement({
  name: 'import_lock_limits',
  writes: true,
  params: [],
  columns: {},
  text: `lock table claim_limit in share row exclusive mode`,
});

// Rows of an earlier limit know nothing of what was held since.
const forgetClaims = statement({
  name: 'import_forget_claims',
  writes: true,
  params: ['text'],
  columns: {},
  text: `delete from claim_limit as l where l.performance_id = $1`,
});

const countLiveClaims = statement({
  name: 'import_count_claims',
  writes: true,
  params: ['text'],
  columns: {},
  text: `
    insert into claim_limit (performance_id, account_id, claims)
    select r.performance_id, r.account_id, array_agg(case r.state when 'confirmed' then 'infinity' else r.expires_at end)
    from reservation as r
    cross join unnest(r.seat_ids)
    where r.performance_id = $1
      and (r.state = 'confirmed' or r.state = 'held' and r.expires_at > clock_timestamp())
    group by r.performance_id, r.account_id`,
});

/**
 * Counts what every account holds and owns. The limit must be written before. Holds wait from here on for the import, which
 * must not wait for a hold's seat any more.
 */
export async function countClaims(tx: Transaction, performanceId: string): Promise<void> {
  await tx.run(lockLimits, []);
  await tx.run(forgetClaims, [performanceId]);
  await tx.run(countLiveClaims, [performanceId]);
}
