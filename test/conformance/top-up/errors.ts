import { expect, it } from 'vitest';
import { insist } from '../conformance.ts';
import { whileOpen } from '../../support/blocker.ts';
import type { TestDatabase } from '../../support/database.ts';
import { connected, createGate } from '../../support/gate.ts';
import { topUpCommand, giveMoney, someAccount, walletOf } from '../../support/fixture.ts';
import type { TopUpOutcome, TopUpStrategy } from '../../../src/operations/top-up/top-up.ts';
import { execute } from '../../support/execute.ts';

/** What an error, a lock or an exhausted pool leaves behind. */
export function topUpsDespiteErrors(database: TestDatabase, strategy: TopUpStrategy): void {
  it('leaves nothing behind when it fails half-way, and its connection is clean', async () => {
    const accountId = someAccount();
    await giveMoney(database, accountId, 1);
    const narrow = database.open({ poolSize: 1 });
    const racePoint = async (): Promise<void> => {
      throw new Error('the program fails here');
    };
    const command = topUpCommand({ accountId });
    await expect(execute(strategy, { database: narrow, racePoint }, command)).rejects.toThrow('fails here');
    expect(await walletOf(database, accountId)).toEqual({ balance: 1, ledger: 1, entries: 1 });
    expect(await execute(strategy, { database: narrow }, command)).toMatchObject({
      outcome: 'topped_up',
      seq: 2,
    });
  });

  it('answers contended when the wallet is not acquired in time', async () => {
    const accountId = someAccount();
    await giveMoney(database, accountId, 1);
    const impatient = database.open({ poolSize: 1, lockTimeoutMs: 150, statementTimeoutMs: 400 });
    const command = topUpCommand({ accountId });
    const toppingUp = (): Promise<TopUpOutcome> => execute(strategy, { database: impatient }, command);
    await whileOpen(
      database,
      ['select from wallet where account_id = $1 for update', accountId],
      async () => {
        expect((await toppingUp()).outcome).toBe('contended');
      },
    );
    // Its timeouts are short for a busy machine also when nobody has the lock.
    expect(await insist(toppingUp)).toMatchObject({ outcome: 'topped_up' });
  });

  it('answers contended when the pool is exhausted', async () => {
    const narrow = database.open({ poolSize: 1, acquireTimeoutMs: 150 });
    // The timeout bounds making the connection as well, which takes longer on a busy machine.
    await connected(narrow);
    const gate = createGate();
    const context = { database: narrow, racePoint: gate.racePoint };
    const first = execute(strategy, context, topUpCommand({ accountId: someAccount() }));
    await gate.arrived(1);
    const second = await execute(strategy, { database: narrow }, topUpCommand({ accountId: someAccount() }));
    expect(second).toMatchObject({ outcome: 'contended' });
    gate.open();
    expect(await first).toMatchObject({ outcome: 'topped_up' });
  });
}
