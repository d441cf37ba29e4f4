/**
 * Sets the currency of the database, once: amounts are integers of its minor unit, so money that is there would become
 * other money with another currency.
 */
import type { Reader, Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { readCurrency } from '../currency.ts';
import type { CheckedCatalogue } from './document/checked.ts';
import type { ProblemList } from './document/problems.ts';
import { listed } from './document/problems.ts';

// A wallet comes before its first entry. Each table is asked by a look at its first row.
const hasWallets = statement({
  name: 'import_has_wallets',
  group: 'account',
  params: [],
  columns: { found: 'boolean' },
  text: `select exists (select from wallet) as found`,
});

const hasReservations = statement({
  name: 'import_has_reservations',
  group: 'performance',
  params: [],
  columns: { found: 'boolean' },
  text: `select exists (select from reservation) as found`,
});

// Each waits for every transaction that has written the table and holds back the next until the import is over, so that
// none is overlooked and none begins in the old currency.
const keepWalletsAway = statement({
  name: 'import_keep_wallets_away',
  group: 'account',
  writes: true,
  params: [],
  columns: {},
  text: `lock table wallet in share mode`,
});

const keepReservationsAway = statement({
  name: 'import_keep_reservations_away',
  group: 'performance',
  writes: true,
  params: [],
  columns: {},
  text: `lock table reservation in share mode`,
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

/** Sets the currency, whatever the database has in it. */
export const writeCurrency = statement({
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
  await tx.run(keepWalletsAway, []);
  await tx.run(keepReservationsAway, []);
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
  const what = await whatHasMoney(tx);
  if (what === undefined) return true;
  problems.add('/currency', `must be ${currency}: the currency is fixed once there is ${what}`);
  return false;
}

/** Shows what has amounts in the currency; undefined for nothing. */
export async function whatHasMoney(reader: Reader): Promise<'a wallet' | 'a reservation' | undefined> {
  const [wallets] = await reader.read(hasWallets, []);
  if (wallets?.found === true) return 'a wallet';
  const [reservations] = await reader.read(hasReservations, []);
  return reservations?.found === true ? 'a reservation' : undefined;
}
