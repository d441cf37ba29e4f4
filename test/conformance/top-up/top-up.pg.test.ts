import { describe, expect, it } from 'vitest';
import { atOnce } from '../../support/at-once.ts';
import { expectOneEffect, guarded, tally } from '../conformance.ts';
import { useDatabase } from '../../support/database.ts';
import { topUpCommand, someAccount } from '../../support/fixture.ts';
import { topUpBesidePayment, overlap } from './interleavings.ts';
import { topUpConformance } from './top-up.ts';
import { topUpRaces } from './races.ts';
import { groupedTopUp } from '../../../src/operations/top-up/grouped.ts';
import { TOP_UP_STRATEGIES } from '../../../src/operations/top-up/strategies.ts';
import { unguardedTopUp } from '../../../src/operations/top-up/unguarded.ts';
import { execute } from '../../support/execute.ts';

const database = useDatabase();

describe.each(guarded(TOP_UP_STRATEGIES))('top-up/%s', (_, strategy) => {
  topUpConformance(database, strategy);
  describe('in races', () => topUpRaces(database, strategy));
});

describe('top-up/grouped in one group', () => {
  it('decides duplicates in one transaction, with one effect and one answer', async () => {
    const command = topUpCommand({ accountId: someAccount() });
    const sizes: number[] = [];
    const context = { database, groupDecided: (size: number) => sizes.push(size) };
    const toppingUp = atOnce(() => Array.from({ length: 20 }, () => execute(groupedTopUp, context, command)));
    const outcomes = await Promise.all(toppingUp);
    expect(sizes).toEqual([20]);
    expectOneEffect(outcomes);
    expect(outcomes[0]).toMatchObject({ outcome: 'topped_up', seq: 1 });
  });
});

describe('without a guard', () => {
  it('loses one of two top-ups', async () => {
    const { outcomes, gained } = await overlap(database, unguardedTopUp);
    expect(tally(outcomes)).toEqual({ topped_up: 2 });
    expect(gained).toBe(1_000);
  });

  it('undoes a payment', async () => {
    const { toppedUp, paid, balance } = await topUpBesidePayment(database, unguardedTopUp);
    expect([toppedUp, paid]).toEqual(['topped_up', 'paid']);
    expect(balance).toBe(1_500);
  });
});
