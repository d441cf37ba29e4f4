import { beforeEach, describe, expect, it } from 'vitest';
import { catalogueDocument, changedDocument } from '../../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { settledOrBlocked } from '../../../test/support/gate.ts';
import { holdSeats } from '../../../test/support/fixture.ts';
import { readCurrency } from '../currency.ts';
import { importCatalogue } from './import.ts';
import type { ImportReport } from './import.ts';
import { CatalogueInvalid } from './document/problems.ts';
import { whatHasMoney } from './set-currency.ts';

const database = useDatabase();
const document = catalogueDocument('hall');
const importIn = (currency: string | undefined, dryRun = false): Promise<ImportReport> =>
  importCatalogue(database, changedDocument(document, { '/currency': currency }), { dryRun });
const problemsIn = async (importing: Promise<unknown>): Promise<unknown> => {
  const refusal = await importing.catch((error: unknown) => error);
  if (refusal instanceof CatalogueInvalid) return refusal.problems;
  throw new Error('the import was not refused', { cause: refusal });
};
const currencyNow = async (): Promise<string> =>
  (await database.connect((connection) => readCurrency(connection))).currency;
/** Money that nobody has asked the operation for: how it came is of no account. */
const INSERT_WALLET = `insert into wallet (account_id) values ('anna')`;

beforeEach(async () => {
  await database.sql(`truncate venue, concert, wallet cascade`);
  await database.sql(`update setting set value = 'KRW' where name = 'currency'`);
});

describe('the currency of a database', () => {
  it('is KRW when the first import says nothing, and another while nobody has money', async () => {
    expect((await importIn(undefined)).currency).toEqual({ code: 'KRW', changed: false });
    expect((await importIn('EUR')).currency).toEqual({ code: 'EUR', changed: true });
    expect((await importIn('EUR')).currency).toEqual({ code: 'EUR', changed: false });
    expect((await importIn(undefined)).currency).toEqual({ code: 'EUR', changed: false });
    expect(await currencyNow()).toBe('EUR');
  });

  it('is what the dry run reports, and stays', async () => {
    expect((await importIn('KWD', true)).currency).toEqual({ code: 'KWD', changed: true });
    expect(await currencyNow()).toBe('KRW');
  });

  it('stays once there is a wallet; the same one may be named', async () => {
    await importIn('EUR');
    await database.sql(INSERT_WALLET);
    const rule = 'must be EUR: the currency is fixed once there is a wallet';
    expect(await problemsIn(importIn('KRW'))).toEqual([{ path: '/currency', rule }]);
    expect(await problemsIn(importIn('KRW', true))).toEqual([{ path: '/currency', rule }]);
    expect((await importIn('EUR')).currency.changed).toBe(false);
    expect(await currencyNow()).toBe('EUR');
  });

  it('stays once there is a reservation', async () => {
    await importIn('EUR');
    await holdSeats(database, 'hall', [1], 'anna');
    const rule = 'must be EUR: the currency is fixed once there is a reservation';
    expect(await problemsIn(importIn('USD'))).toEqual([{ path: '/currency', rule }]);
  });

  it('changes only with every price', async () => {
    await importIn('KRW');
    await importCatalogue(database, catalogueDocument('other'));
    const rule = 'may change from KRW only with all prices, and this document lacks other';
    expect(await problemsIn(importIn('EUR'))).toEqual([{ path: '/currency', rule }]);
    expect(await currencyNow()).toBe('KRW');
  });

  it('is set by one of two first imports, and then named by the other', async () => {
    const answers = await Promise.allSettled([importIn('EUR'), importIn('EUR')]);
    expect(answers.map((answer) => answer.status === 'fulfilled' && answer.value.currency.changed)).toEqual(
      expect.arrayContaining([true, false]),
    );
  });
});

describe('a first import beside the first money', () => {
  it.each([
    ['wallet', INSERT_WALLET],
    [
      'reservation',
      `insert into reservation (
         performance_id, reservation_id, account_id, seat_ids, amount, expires_at, created_at, request_hash
       )
       values ('hall', gen_random_uuid(), 'anna', '{1}', 1000, now(), now(), '')`,
    ],
  ])('waits for a %s that is being written, and is refused', async (what, insert) => {
    await importIn('KRW');
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      await client.query(insert);
      const importing = problemsIn(importIn('EUR'));
      await settledOrBlocked(database, importing);
      // The control: without the lock the import would go by what it sees, and that is no money.
      expect(await database.connect(whatHasMoney)).toBeUndefined();
      await client.query('commit');
      expect(await importing).toEqual([
        { path: '/currency', rule: `must be KRW: the currency is fixed once there is a ${what}` },
      ]);
    } finally {
      client.release();
    }
    expect(await currencyNow()).toBe('KRW');
  });

  it('holds back a wallet until it has committed', async () => {
    await importIn('KRW');
    const client = await database.pool.connect();
    try {
      // Stops the import behind its look at the tables, at the first row that it locks.
      await client.query('begin');
      await client.query(`select from performance for update`);
      const importing = importIn('EUR');
      await settledOrBlocked(database, importing);
      const wallet = database.sql(INSERT_WALLET).then(currencyNow);
      await settledOrBlocked(database, wallet, 2);
      expect(await database.sql(`select from wallet`)).toEqual([]);
      await client.query('commit');
      expect((await importing).currency).toEqual({ code: 'EUR', changed: true });
      expect(await wallet).toBe('EUR');
    } finally {
      client.release();
    }
  });
});
