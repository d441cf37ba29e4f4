/**
 * Sets the currency of the database, once: amounts are integers of its minor unit, so money that is there would become
 * other money with another currency.
 */
import type { Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { readCurrency } from '../currency.ts';
import type { CheckedCatalogue } from './document/checked.ts';
import type { ProblemList } from './document/problems.ts';
import { listed } from './document/problems.ts';

// A wallet comes before its first entry. Both tables are asked by a look at their first row.
export const hasMoney = statement({
  name: 'import_has_money',
  group: 'same-server',
  params: [],
  columns: { wallets: 'boolean', reservations: 'boolean' },
  text: `
    select
      exists (select from wallet) as wallets,
      exists (select from reservation) as reservations`,
});

// Waits for every transaction that has written one of these tables and holds back the next until the import is over, so
// that none is overlooked and none begins in the old currency.
const keepMoneyAway = statement({
  name: 'import_keep_money_away',
  group: 'same-server',
  writes: true,
  params: [],
  columns: {},
  text: `lock table wallet, reservation in share mode`,
});

const findOtherPerformances = statement({
  name: 'import_other_performances',
  group: 'catalogue',
  params: ['text[]'],
  columns: { performance_id: 'text' },
  text: `
    select p.performance_id::text as performance_id
    from performance as p
    where p.performance_id <> all($1)
    order by p.performance_id
    limit 100`,
});

const writeCurrency = statement({
  name: 'import_set_currency',
  group: 'catalogue',
  writes: true,
  params: ['text'],
  columns: {},
  text: `update setting as s set value = $1 where s.name = 'currency'`,
});

export interface CurrencyReport {
  /** An ISO 4217 code, after the import. */
  readonly code: string;
  readonly changed: boolean;
}

/** Sets the document's currency, if it names one; imports must be taking turns. The transaction must have locked no row yet. */
export async function setCurrency(
  tx: Transaction,
  { currency: wanted, performances }: CheckedCatalogue,
  problems: ProblemList,
): Promise<CurrencyReport> {
  const { currency: before } = await readCurrency(tx);
  if (wanted === undefined || wanted === before) return { code: before, changed: false };
  // Asked before the lock, too, because a wrong file must not hold up a sale.
  if (!(await isFree(tx, before, problems))) return { code: before, changed: false };
  await tx.run(keepMoneyAway, []);
  if (!(await isFree(tx, before, problems))) return { code: before, changed: false };
  const others = await tx.run(findOtherPerformances, [performances.map((one) => one.performanceId)]);
  if (others.length > 0) {
    const names = listed(others.map((row) => row.performance_id));
    problems.add(
      '/currency',
      `may change from ${before} only with all prices, and this document lacks ${names}`,
    );
  }
  await tx.run(writeCurrency, [wanted]);
  return { code: wanted, changed: true };
}

async function isFree(tx: Transaction, currency: string, problems: ProblemList): Promise<boolean> {
  const [money] = await tx.run(hasMoney, []);
  const what =
    money?.wallets === true ? 'a wallet' : money?.reservations === true ? 'a reservation' : undefined;
  if (what === undefined) return true;
  problems.add('/currency', `must be ${currency}: the currency is fixed once there is ${what}`);
  return false;
}
