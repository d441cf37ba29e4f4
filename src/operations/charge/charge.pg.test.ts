import { describe, expect, it } from 'vitest';
import { atOnce } from '../../../test/support/at-once.ts';
import { tally } from '../../../test/support/conformance.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { chargeCommand, someAccount } from '../../../test/support/stage.ts';
import { chargeBesidePayment, chargeConformance, chargeRaces, overlap } from './conformance.ts';
import { groupedCharge } from './grouped.ts';
import { CHARGE_STRATEGIES } from './strategies.ts';
import { unguardedCharge } from './unguarded.ts';

const database = useDatabase();
const named = CHARGE_STRATEGIES.map((strategy) => [strategy.name, strategy] as const);

describe.each(named.filter(([, strategy]) => strategy.use === 'service'))('charge/%s', (_, strategy) => {
  chargeConformance(database, strategy);
  describe('in races', () => chargeRaces(database, strategy));
});

describe('charge/grouped in one group', () => {
  it('decides twins in one transaction, with one effect and one answer', async () => {
    const command = chargeCommand({ accountId: someAccount() });
    const sizes: number[] = [];
    const context = { database, groupDecided: (size: number) => sizes.push(size) };
    const charging = atOnce(() => Array.from({ length: 20 }, () => groupedCharge.execute(context, command)));
    const outcomes = await Promise.all(charging);
    expect(sizes).toEqual([20]);
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(outcomes[0]).toMatchObject({ outcome: 'charged', seq: 1 });
  });
});

describe('without a guard', () => {
  it('loses one of two charges', async () => {
    const { outcomes, gained } = await overlap(database, unguardedCharge);
    expect(tally(outcomes)).toEqual({ charged: 2 });
    expect(gained).toBe(1_000);
  });

  it('undoes a payment', async () => {
    const { charged, paid, balance } = await chargeBesidePayment(database, unguardedCharge);
    expect([charged, paid]).toEqual(['charged', 'paid']);
    expect(balance).toBe(1_500);
  });
});
