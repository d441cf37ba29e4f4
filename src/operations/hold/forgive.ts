/** Takes holds that ended unpaid out of their account's budget again: it was not the account's fault. */
import type { Database } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';

// A hold that expired is counted by its expiry, one that was released late by its beginning: see release.ts.
const forgiveHolds = statement({
  name: 'hold_forgive',
  group: 'performance',
  writes: true,
  params: ['text', 'text', 'uuid[]'],
  columns: {},
  text: `
    with ended as (
      select array_agg(t.counted_at) as claims
      from reservation as r
      cross join unnest(r.seat_ids)
      cross join lateral (values (r.expires_at), (date_trunc('milliseconds', r.created_at))) as t (counted_at)
      where r.performance_id = $1
        and r.account_id = $2
        and r.reservation_id = any($3)
        and (r.state in ('expired', 'released') or r.state = 'held' and r.expires_at <= clock_timestamp())
    )
    update claim_limit as l
    set claims = without_claims(l.claims, ended.claims)
    from ended
    where l.performance_id = $1 and l.account_id = $2 and ended.claims is not null`,
});

/** Holds of one account for one performance. */
export interface HoldsToForgive {
  readonly performanceId: string;
  readonly accountId: string;
  readonly reservationIds: readonly string[];
}

/** Forgives those of the holds that have ended unpaid. Throws the database's errors. */
export async function forgive(database: Database, holds: HoldsToForgive): Promise<void> {
  const { performanceId, accountId, reservationIds } = holds;
  await database.connect((connection) =>
    connection.autocommit(forgiveHolds, [performanceId, accountId, reservationIds]),
  );
}
