import { describe, expect, it } from 'vitest';
import { guarded, tally } from '../conformance.ts';
import { useDatabase } from '../../support/database.ts';
import { overlap, overlapOfOneWallet, payAcrossExpiry, payBesideRelease } from './interleavings.ts';
import { payConformance } from './pay.ts';
import { payRaces } from './races.ts';
import { PAY_STRATEGIES } from '../../../src/operations/pay/strategies.ts';
import { unguardedPay } from '../../../src/operations/pay/unguarded.ts';

const database = useDatabase();

describe.each(guarded(PAY_STRATEGIES))('pay/%s', (_, strategy) => {
  payConformance(database, strategy);
  describe('in races', () => payRaces(database, strategy));
});

describe('without a guard', () => {
  it('spends the same money on two reservations', async () => {
    const { outcomes, balance } = await overlapOfOneWallet(database, unguardedPay);
    expect(tally(outcomes)).toEqual({ paid: 2 });
    expect(balance).toBe(0);
  });

  it('pays a released hold', async () => {
    const { paid, released } = await payBesideRelease(database, unguardedPay);
    expect([paid, released]).toEqual(['paid', 'released']);
  });

  it('pays an expired hold', async () => {
    expect(await payAcrossExpiry(database, unguardedPay)).toMatchObject({ outcome: 'paid' });
  });

  it('is kept from topping up twice by the one payment per reservation that the table allows, and by nothing else', async () => {
    expect(tally((await overlap(database, unguardedPay)).outcomes)).toEqual({
      paid: 1,
      reservation_not_payable: 1,
    });

    await database.sql(`drop index ledger_entry_once_per_reservation`);
    const { outcomes, spent } = await overlap(database, unguardedPay);
    expect(tally(outcomes)).toEqual({ paid: 2 });
    expect(spent).toBe(60_000);
  });
});
