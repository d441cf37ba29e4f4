/** The currency of every amount in the database. */
import type { Reader } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { Currency } from '../domain/currency.ts';
import { currencyOf } from '../domain/currency.ts';

const findCurrency = statement({
  name: 'setting_currency',
  group: 'catalogue',
  params: [],
  columns: { code: 'text' },
  text: `select s.value as code from setting as s where s.name = 'currency'`,
});

/** Reads the currency. An import may change it as long as nobody has a wallet or a reservation. */
export async function readCurrency(reader: Reader): Promise<Currency> {
  const [row] = await reader.read(findCurrency, []);
  const currency = currencyOf(row?.code ?? '');
  if (currency === undefined) throw new Error(`the setting "currency" is no currency: ${row?.code}`);
  return currency;
}
