import { plantPerformance } from '../../support/catalogue.ts';
import type { TestDatabase } from '../../support/database.ts';
import { giveMoney, holdSeats } from '../../support/fixture.ts';
import type { PayStrategy } from '../../../src/operations/pay/pay.ts';
import type { HoldCommand } from '../../../src/operations/hold/hold.ts';

export const POINT = 'pay: between read and write';
export const PRICE = 30_000;

/** A held reservation of a new account with just enough money to pay it once. */
export async function heldAndFunded(
  database: TestDatabase,
  options: { readonly seats?: readonly number[]; readonly money?: number } = {},
): Promise<HoldCommand> {
  const { seats = [1], money = PRICE * seats.length } = options;
  const performanceId = await plantPerformance(database, { price: PRICE });
  const hold = await holdSeats(database, performanceId, seats);
  if (money > 0) await giveMoney(database, hold.accountId, money);
  return hold;
}

/**
 * What a payment changes; a refused one must leave it as it was. One whose steps are transactions of their own goes there and
 * back: it leaves higher versions.
 */
export async function stateOf(
  database: TestDatabase,
  hold: HoldCommand,
  { apart = false }: Pick<PayStrategy, 'apart'> = {},
): Promise<unknown> {
  const version = apart ? ` - 'version'` : '';
  return database.sql(
    `select
       (select jsonb_agg(to_jsonb(s) - 'changed_by'${version} order by s.seat_number) from seat as s where s.performance_id = $1) as seats,
       (select jsonb_agg(to_jsonb(r)${version} order by r.reservation_id) from reservation as r where r.performance_id = $1) as reservations,
       (select jsonb_agg(to_jsonb(l)) from claim_limit as l where l.performance_id = $1) as limits,
       (select to_jsonb(w) from wallet as w where w.account_id = $2) as wallet,
       (select count(*) from ledger_entry as e where e.account_id = $2) as entries`,
    [hold.performanceId, hold.accountId],
  );
}
