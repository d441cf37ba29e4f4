import { expect, it } from 'vitest';
import { expectContention, expectMeanwhile, hasGap, tally } from '../conformance.ts';
import type { TestDatabase } from '../../support/database.ts';
import { createGate, settledOrBlocked } from '../../support/gate.ts';
import { topUpCommand, giveMoney, someAccount, walletOf } from '../../support/fixture.ts';
import type { TopUpCommand, TopUpOutcome, TopUpStrategy } from '../../../src/operations/top-up/top-up.ts';
import { execute } from '../../support/execute.ts';
import { POINT, overlap, topUpBesidePayment } from './interleavings.ts';

/** The races: with the guard they end well. The controls show each without it. */
export function topUpRaces(database: TestDatabase, strategy: TopUpStrategy): void {
  const topUp = (command: TopUpCommand): Promise<TopUpOutcome> => execute(strategy, { database }, command);

  it.runIf(strategy.detects === 'serializable')(
    'tries a serialization failure again by itself, which is all that it says',
    () => expect(strategy.retries).toBe(true),
  );

  it('keeps every unit of a hundred top-ups of one wallet at once', async () => {
    const accountId = someAccount();
    await giveMoney(database, accountId, 1_000);
    const commands = Array.from({ length: 100 }, () => topUpCommand({ accountId }));
    const outcomes = await Promise.all(commands.map(topUp));
    expectContention(strategy, outcomes, { won: 'topped_up', gone: 'seat_taken' });
    const toppedUp = tally(outcomes)['topped_up'] ?? 0;
    const balance = 1_000 * (toppedUp + 1);
    expect(await walletOf(database, accountId)).toEqual({ balance, ledger: balance, entries: toppedUp + 1 });
  });

  it('loses none of two top-ups whose reads came before both writes', async () => {
    const { outcomes, gained } = await overlap(database, strategy);
    expect(gained).toBe(1_000 * (tally(outcomes)['topped_up'] ?? 0));
    const onlyOne =
      strategy.contention === 'one-wins-rest-retry' &&
      strategy.meanwhile !== 'waits' &&
      strategy.retries !== true;
    expect(gained).toBe(onlyOne ? 1_000 : 2_000);
  });

  it.runIf(hasGap(strategy))(
    'lets a second top-up into its gap wait, fail or work, as it declares; one statement behind a lock has none',
    async () => {
      const accountId = someAccount();
      await giveMoney(database, accountId, 1);
      await expectMeanwhile(database, strategy, [topUpCommand({ accountId }), topUpCommand({ accountId })]);
    },
  );

  it('makes one wallet of two first top-ups at once, and keeps both', async () => {
    const accountId = someAccount();
    const gate = createGate(POINT);
    const two = [database, database.rival].map((service) =>
      execute(strategy, { database: service, racePoint: gate.racePoint }, topUpCommand({ accountId })),
    );
    await settledOrBlocked(database, Promise.race([gate.arrived(2), ...two]));
    gate.open();
    const toppedUp = tally(await Promise.all(two))['topped_up'] ?? 0;
    expect(toppedUp).toBeGreaterThanOrEqual(1);
    if (strategy.contention === 'all-succeed') expect(toppedUp).toBe(2);
    const balance = 1_000 * toppedUp;
    expect(await walletOf(database, accountId)).toEqual({ balance, ledger: balance, entries: toppedUp });
  });

  it('loses no payment that comes between its read and its write', async () => {
    const { toppedUp, paid, balance } = await topUpBesidePayment(database, strategy);
    expect(paid).toBe('paid');
    expect(balance).toBe(toppedUp === 'topped_up' ? 1_000 : 0);
  });
}
