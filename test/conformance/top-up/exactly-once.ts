import { expect, it } from 'vitest';
import { asReplay } from '../../../src/domain/outcomes.ts';
import { expectOneEffect, insist, tally } from '../conformance.ts';
import type { TestDatabase } from '../../support/database.ts';
import { topUpCommand, giveMoney, someAccount, walletOf } from '../../support/fixture.ts';
import { BALANCE_MAX } from '../../../src/domain/money.ts';
import { requestHashOf } from '../../../src/domain/ids.ts';
import type { TopUpCommand, TopUpOutcome, TopUpStrategy } from '../../../src/operations/top-up/top-up.ts';
import { execute } from '../../support/execute.ts';

/** One effect and one answer for a request and its duplicates. */
export function topUpsExactlyOnce(database: TestDatabase, strategy: TopUpStrategy): void {
  const topUp = (command: TopUpCommand): Promise<TopUpOutcome> => execute(strategy, { database }, command);

  it('answers a repeated request as the first time, whatever came after it', async () => {
    const command = topUpCommand({ accountId: someAccount() });
    const first = await topUp(command);
    await giveMoney(database, command.accountId, 5);
    expect(await topUp(command)).toEqual(asReplay(first));
    expect((await walletOf(database, command.accountId)).entries).toBe(2);
  });

  it('answers the top-up that filled the wallet as the first time: no refusal goes before the key', async () => {
    const command = topUpCommand({ accountId: someAccount(), amount: BALANCE_MAX });
    const first = await topUp(command);
    expect(first.outcome).toBe('topped_up');
    expect(await topUp(command)).toEqual(asReplay(first));
  });

  it('refuses the key of another request', async () => {
    const command = topUpCommand({ accountId: someAccount(), amount: 100 });
    const first = await topUp(command);
    const other = { ...command, amount: 200, requestHash: requestHashOf('topUp', 200) };
    expect(await topUp(other)).toEqual({ outcome: 'idempotency_key_reused' });
    // Also when both come at once, and may be decided together.
    const both = await Promise.all([command, other].map((each) => insist(() => topUp(each))));
    expect(both).toEqual([asReplay(first), { outcome: 'idempotency_key_reused' }]);
    expect((await walletOf(database, command.accountId)).balance).toBe(100);
  });

  it('gives fifty duplicates at once one effect and one answer', async () => {
    const command = topUpCommand({ accountId: someAccount() });
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => insist(() => topUp(command))));
    expect(tally(outcomes)).toEqual({ topped_up: 50 });
    expectOneEffect(outcomes);
    expect(await walletOf(database, command.accountId)).toEqual({
      balance: 1_000,
      ledger: 1_000,
      entries: 1,
    });
  });
}
