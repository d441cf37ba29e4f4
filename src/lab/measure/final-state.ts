/** Checks the database after a run against the answers to its requests and the engine's invariants. */
import { auditDatabase } from '../../audit/audit.ts';
import type { Database } from '../../db/database.ts';
import type { Attempt } from './attempt.ts';
import type { Operation } from './scenario.ts';
import type { Fixture } from './fixture.ts';
import { AMOUNT, MONEY_KEY, SUCCESSES } from './fixture.ts';

export interface FinalState {
  /** Acknowledged top-ups or payments that the balances don't show. */
  readonly lostUpdates: number;
  /** How often a seat was sold, or a reservation paid, beyond the first time. */
  readonly doubleSales: number;
  /** Violations of the engine's invariants, as `rowlock audit` counts them. */
  readonly auditViolations: number;
}

export function isCorrect(state: FinalState): boolean {
  return state.lostUpdates === 0 && state.doubleSales === 0 && state.auditViolations === 0;
}

/** Compares the balances and winners after a run, and audits all tables of the lab. */
export async function checkFinalState(
  database: Database,
  operation: Operation,
  fixture: Fixture,
  attempts: readonly Attempt[],
): Promise<FinalState> {
  const { invariants } = await auditDatabase(database, { examplesMax: 1 });
  const auditViolations = invariants.reduce((sum, invariant) => sum + invariant.violations, 0);
  const won = attempts.filter(({ outcome }) => SUCCESSES.has(outcome));
  const doubleSales = operation === 'topUp' ? 0 : won.length - new Set(won.map(({ row }) => row)).size;
  const lostUpdates = operation === 'hold' ? 0 : await countLostUpdates(database, fixture, won);
  return { lostUpdates, doubleSales, auditViolations };
}

// The requests moved the difference between the balances and the money planted beforehand.
const readMoney = `
  select
    coalesce(sum(w.balance), 0)::float8 as balance,
    (
      select coalesce(sum(e.amount), 0)::float8
      from ledger_entry as e
      where e.account_id like $1 || '-a%' and e.key like $2 || '%'
    ) as given
  from wallet as w
  where w.account_id like $1 || '-a%'`;

async function countLostUpdates(
  database: Database,
  fixture: Fixture,
  won: readonly Attempt[],
): Promise<number> {
  const { rows } = await database.pool.query<{ balance: number; given: number }>(readMoney, [
    fixture.name,
    MONEY_KEY,
  ]);
  const { balance = 0, given = 0 } = rows[0] ?? {};
  return Math.abs(won.length - Math.abs(balance - given) / AMOUNT);
}
