import { expect, it } from 'vitest';
import { expectMeanwhile, hasGap, insist, tally, losesByVersion } from '../conformance.ts';
import type { TestDatabase } from '../../support/database.ts';
import { createGate, settledOrBlocked } from '../../support/gate.ts';
import { holdCommand, moveExpiry, payCommand, seatOf, someAccount, walletOf } from '../../support/fixture.ts';
import { sweepExpired } from '../../../src/operations/expire.ts';
import { optimisticHold } from '../../../src/operations/hold/optimistic.ts';
import type { PayCommand, PayOutcome, PayStrategy } from '../../../src/operations/pay/pay.ts';
import { execute } from '../../support/execute.ts';
import { heldAndFunded, POINT, PRICE } from './fixtures.ts';
import { overlap, overlapOfOneWallet, payAcrossExpiry, payBesideRelease } from './interleavings.ts';

/** The races: with the guard they end well. The controls show each without it. */
export function payRaces(database: TestDatabase, strategy: PayStrategy): void {
  const pay = (command: PayCommand): Promise<PayOutcome> => execute(strategy, { database }, command);

  it.runIf(strategy.detects === 'serializable')(
    'tries a serialization failure again by itself, which is all that it says',
    () => expect(strategy.retries).toBe(true),
  );

  it('takes the money once of fifty payments of one reservation with fifty keys', async () => {
    const hold = await heldAndFunded(database, { money: PRICE * 100 });
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => insist(() => pay(payCommand(hold)))));
    expect(tally(outcomes)).toEqual({ paid: 1, reservation_not_payable: 49 });
    const balance = PRICE * 99;
    expect(await walletOf(database, hold.accountId)).toEqual({ balance, ledger: balance, entries: 2 });
  });

  it('takes the money once of two whose reads came before both writes', async () => {
    const { outcomes, spent } = await overlap(database, strategy);
    expect(tally(outcomes)['paid']).toBe(1);
    expect(spent).toBe(PRICE);
  });

  it.runIf(hasGap(strategy))(
    'lets a second payment into its gap wait, fail or work, as it declares; one statement behind a lock has none',
    async () => {
      const hold = await heldAndFunded(database, { money: PRICE * 2 });
      await expectMeanwhile(database, strategy, [payCommand(hold), payCommand(hold)]);
    },
  );

  it('notices that the reservation was written between its read and its write, when it goes by versions', async () => {
    const hold = await heldAndFunded(database);
    const gate = createGate(POINT);
    const paying = execute(strategy, { database, racePoint: gate.racePoint }, payCommand(hold));
    await gate.arrived(1);
    const writing = database.sql(`update reservation set version = version + 1 where performance_id = $1`, [
      hold.performanceId,
    ]);
    await settledOrBlocked(database, writing);
    gate.open();
    const outcome = await paying;
    await writing;
    const byVersions = losesByVersion(strategy);
    expect(outcome.outcome).toBe(byVersions ? 'contended' : 'paid');
    expect((await walletOf(database, hold.accountId)).balance).toBe(byVersions ? PRICE : 0);
  });

  it('does not spend the same money on two reservations', async () => {
    const { outcomes, balance } = await overlapOfOneWallet(database, strategy);
    expect(tally(outcomes)['paid']).toBe(1);
    expect(balance).toBe(0);
  });

  it('refuses a hold that expires while the payment waits for its row', async () => {
    expect(await payAcrossExpiry(database, strategy)).toEqual({ outcome: 'hold_expired' });
  });

  it('refuses a hold that is released while the payment is under way', async () => {
    const { paid, released, balance } = await payBesideRelease(database, strategy);
    const both = [paid, released];
    expect([
      ['paid', 'reservation_not_releasable'],
      ['reservation_not_payable', 'released'],
      ['contended', 'released'],
    ]).toContainEqual(both);
    expect(balance).toBe(paid === 'paid' ? 0 : PRICE);
  });

  it('pays beside the sweeper and beside holds of the same seats at the moment of expiry, one of them', async () => {
    for (let round = 0; round < 10; round += 1) {
      const hold = await heldAndFunded(database, { seats: [1, 2] });
      await moveExpiry(database, hold, 5 * round);
      const rival = holdCommand({
        performanceId: hold.performanceId,
        accountId: someAccount(),
        seats: [2, 3],
      });
      const [paid, held] = await Promise.all([
        insist(() => pay(payCommand(hold))),
        insist(() => execute(optimisticHold, { database }, rival)),
        sweepExpired({ database }, { from: new Date(0), batchSize: 10 }),
      ]);
      expect(['paid', 'hold_expired']).toContain(paid.outcome);
      const seat = await seatOf(database, hold.performanceId, 2);
      if (paid.outcome === 'paid')
        expect(seat).toMatchObject({ state: 'sold', reservation_id: hold.reservationId });
      else expect((await walletOf(database, hold.accountId)).balance).toBe(PRICE * 2);
      expect(paid.outcome === 'paid' && held.outcome === 'held').toBe(false);
    }
  });
}
