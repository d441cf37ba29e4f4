/** Reads the database's state for a test to compare. */
import { auditDatabase } from '../../src/audit/audit.ts';
import type { Database } from '../../src/db/database.ts';
import type { TestDatabase } from './database.ts';

/** Everything of a performance and of the accounts that its operations change. A refused request changes none of it. */
export async function pictureOf(database: TestDatabase, performanceId: string): Promise<unknown> {
  return database.sql(
    `with account as (
       select distinct r.account_id from reservation as r where r.performance_id = $1
     )
     select
       (select jsonb_agg(to_jsonb(s) - 'changed_by' order by s.seat_number) from seat as s where s.performance_id = $1) as seats,
       (select jsonb_agg(to_jsonb(r) order by r.reservation_id) from reservation as r where r.performance_id = $1) as reservations,
       (select jsonb_agg(to_jsonb(l) order by l.account_id) from claim_limit as l where l.performance_id = $1) as limits,
       (select jsonb_agg(to_jsonb(w) order by w.account_id) from wallet as w join account using (account_id)) as wallets,
       (select jsonb_agg(to_jsonb(e) order by e.account_id, e.seq) from ledger_entry as e join account using (account_id)) as entries`,
    [performanceId],
  );
}

/** The audit's findings in words. Every concurrency test ends with none. */
export async function violationsIn(database: Database): Promise<string[]> {
  const { invariants } = await auditDatabase(database, {});
  return invariants
    .filter((invariant) => invariant.violations > 0)
    .flatMap(({ number, examples }) => examples.map((example) => `${number}: ${example}`));
}

/** A reservation's current row. */
export async function reservationOf(
  database: TestDatabase,
  hold: { readonly performanceId: string; readonly reservationId: string },
): Promise<{ state: string; version: number }> {
  const [row] = await database.sql<{ state: string; version: number }>(
    `select state::text, version from reservation where performance_id = $1 and reservation_id = $2`,
    [hold.performanceId, hold.reservationId],
  );
  return row!;
}
