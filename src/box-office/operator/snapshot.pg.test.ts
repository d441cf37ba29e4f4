import { describe, expect, it } from 'vitest';
import { useDatabase } from '../../../test/support/database.ts';
import { giveMoney } from '../../../test/support/fixture.ts';
import type { Transaction } from '../../db/database.ts';
import { commit } from '../../db/database.ts';
import { readWallet } from '../../operations/ledger.ts';
import { inSnapshot } from './snapshot.ts';

describe("an operator's long read", () => {
  const database = useDatabase();

  /** The balance before and after another transaction tops up, as one transaction sees it. */
  const aroundATopUp =
    (accountId: string) =>
    async (tx: Transaction): Promise<readonly number[]> => {
      const before = await readWallet(tx, accountId);
      await giveMoney({ ...database, ...database.rival }, accountId, 500);
      return [before.balance, (await readWallet(tx, accountId)).balance];
    };

  it('sees one moment, whatever other transactions commit', async () => {
    expect(await inSnapshot({ database }, aroundATopUp('anna'))).toEqual([0, 0]);
  });

  it('would see two moments in an ordinary transaction (control)', async () => {
    const work = aroundATopUp('ben');
    const seen = await database.connect((connection) =>
      connection.transaction({}, async (tx) => commit(await work(tx))),
    );
    expect(seen).toEqual([0, 500]);
  });

  it('is refused when no connection can be acquired', async () => {
    const unreachable = database.open({ url: 'postgres://127.0.0.1:1/none' });
    expect(await inSnapshot({ database: unreachable }, aroundATopUp('dora'))).toMatchObject({
      outcome: 'overloaded',
    });
  });
});
