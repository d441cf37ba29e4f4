import { describe, expect, it } from 'vitest';
import { tally } from '../../../test/support/conformance.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { holdAcrossClose, holdConformance, holdRaces, overlap, overlapOfOneAccount } from './conformance.ts';
import { HOLD_STRATEGIES } from './strategies.ts';
import { unguardedHold } from './unguarded.ts';

const database = useDatabase();

describe.each(HOLD_STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
  'hold/%s',
  (_, strategy) => {
    holdConformance(database, strategy);
  },
);

describe.each(
  HOLD_STRATEGIES.filter((s) => s.use === 'service').map((strategy) => [strategy.name, strategy] as const),
)('hold/%s in races', (_, strategy) => {
  holdRaces(database, strategy);
});

describe('without a guard', () => {
  it('sells one seat to two buyers', async () => {
    const { outcomes, claims } = await overlap(database, unguardedHold);
    expect(tally(outcomes)).toEqual({ held: 2 });
    expect(claims).toBe(2);
  });

  it('lets an account exceed its limit', async () => {
    expect(await overlapOfOneAccount(database, unguardedHold)).toBe(2);
  });

  it('sells after the close', async () => {
    expect(await holdAcrossClose(database, unguardedHold)).toMatchObject({ outcome: 'held' });
  });
});
