import type { TestDatabase } from '../../support/database.ts';

export const POINT = 'hold: between read and write';

/** What a hold changes; a refused one must leave it as it was. */
export async function stateOf(database: TestDatabase, performanceId: string): Promise<unknown> {
  return database.sql(
    `select
       (select jsonb_agg(to_jsonb(s) - 'changed_by' order by s.seat_number) from seat as s where s.performance_id = $1) as seats,
       (select jsonb_agg(to_jsonb(r) order by r.reservation_id) from reservation as r where r.performance_id = $1) as reservations,
       (select jsonb_agg(to_jsonb(l) order by l.account_id) from claim_limit as l where l.performance_id = $1) as limits`,
    [performanceId],
  );
}

/** How many reservations believe that they hold the seat. */
export async function claimants(
  database: TestDatabase,
  performanceId: string,
  seat: number,
): Promise<number> {
  const [row] = await database.sql<{ claimants: number }>(
    `select count(*)::int as claimants from reservation
     where performance_id = $1 and $2 = any(seat_ids) and state in ('held', 'confirmed')`,
    [performanceId, seat],
  );
  return row!.claimants;
}

/** How many waiting transactions have locked the seat: its row names the one that did so last. */
export async function waitersWith(
  database: TestDatabase,
  performanceId: string,
  seat: number,
): Promise<number> {
  const [row] = await database.sql<{ waiters: number }>(
    `select count(*)::int as waiters from seat as s
     join pg_stat_activity as a on a.backend_xid = s.xmax and a.wait_event_type = 'Lock'
     where s.performance_id = $1 and s.seat_number = $2`,
    [performanceId, seat],
  );
  return row!.waiters;
}
