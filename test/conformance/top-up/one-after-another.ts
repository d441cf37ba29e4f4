import { expect, it } from 'vitest';
import type { TestDatabase } from '../../support/database.ts';
import { topUpCommand, giveMoney, someAccount, walletOf } from '../../support/fixture.ts';
import { BALANCE_MAX } from '../../../src/domain/money.ts';
import type { TopUpCommand, TopUpOutcome, TopUpStrategy } from '../../../src/operations/top-up/top-up.ts';
import { execute } from '../../support/execute.ts';

/** What a request changes and answers when nothing else happens. */
export function topUpsOneAfterAnother(database: TestDatabase, strategy: TopUpStrategy): void {
  const topUp = (command: TopUpCommand): Promise<TopUpOutcome> => execute(strategy, { database }, command);

  it('adds the amount and numbers the entries without gaps', async () => {
    const accountId = someAccount();
    expect(await topUp(topUpCommand({ accountId, amount: 700 }))).toMatchObject({
      outcome: 'topped_up',
      accountId,
      seq: 1,
      amount: 700,
      balanceAfter: 700,
    });
    expect(await topUp(topUpCommand({ accountId, amount: 50 }))).toMatchObject({
      seq: 2,
      balanceAfter: 750,
    });
    expect(await walletOf(database, accountId)).toEqual({ balance: 750, ledger: 750, entries: 2 });
  });

  it('fills a wallet to its limit and not a unit further', async () => {
    const accountId = someAccount();
    await giveMoney(database, accountId, BALANCE_MAX - 10);
    const tooMuch = await topUp(topUpCommand({ accountId, amount: 11 }));
    expect(tooMuch).toEqual({
      outcome: 'balance_limit_exceeded',
      limit: BALANCE_MAX,
      balance: BALANCE_MAX - 10,
    });
    expect(await topUp(topUpCommand({ accountId, amount: 10 }))).toMatchObject({
      balanceAfter: BALANCE_MAX,
    });
    expect(await walletOf(database, accountId)).toEqual({
      balance: BALANCE_MAX,
      ledger: BALANCE_MAX,
      entries: 2,
    });
  });
}
