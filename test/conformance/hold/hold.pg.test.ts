import { describe, expect, it } from 'vitest';
import { atOnce } from '../../support/at-once.ts';
import { plantPerformance } from '../../support/catalogue.ts';
import { guarded, tally } from '../conformance.ts';
import { useDatabase } from '../../support/database.ts';
import { createGate } from '../../support/gate.ts';
import { holdCommand, someAccount } from '../../support/fixture.ts';
import { holdAcrossClose, overlap, overlapOfOneAccount } from './interleavings.ts';
import { holdConformance, holdRaces } from './hold.ts';
import { groupedHold } from '../../../src/operations/hold/grouped/grouped.ts';
import type { HoldCommand, HoldStrategy } from '../../../src/operations/hold/hold.ts';
import { pessimisticNowaitHold } from '../../../src/operations/hold/pessimistic-nowait.ts';
import { HOLD_STRATEGIES } from '../../../src/operations/hold/strategies.ts';
import { unguardedHold } from '../../../src/operations/hold/unguarded.ts';
import { execute } from '../../support/execute.ts';

const database = useDatabase();

describe.each(HOLD_STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
  'hold/%s',
  (_, strategy) => {
    holdConformance(database, strategy);
  },
);

describe.each(guarded(HOLD_STRATEGIES))('hold/%s in races', (_, strategy) => {
  holdRaces(database, strategy);
});

describe('hold/grouped in one group', () => {
  it('decides requests for one seat in one transaction: the first of them wins', async () => {
    const performanceId = await plantPerformance(database);
    const sizes: number[] = [];
    const context = { database, groupDecided: (size: number) => sizes.push(size) };
    const holding = atOnce(() =>
      Array.from({ length: 20 }, () => {
        const command = holdCommand({ performanceId, accountId: someAccount(), seats: [1] });
        return execute(groupedHold, context, command);
      }),
    );
    const outcomes = await Promise.all(holding);
    expect(sizes).toEqual([20]);
    expect(outcomes[0]).toMatchObject({ outcome: 'held' });
    expect(tally(outcomes)).toEqual({ held: 1, seat_taken: 19 });
  });
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

/** The first of two holds of one seat in one service fails; returns the answer of the second, which came meanwhile. */
async function afterAFailure(strategy: HoldStrategy): Promise<string> {
  const performanceId = await plantPerformance(database);
  const gate = createGate('hold: between read and write');
  const racePoint = async (): Promise<void> => {
    await gate.racePoint('hold: between read and write');
    throw new Error('the first fails');
  };
  const hold = (): HoldCommand => holdCommand({ performanceId, accountId: someAccount(), seats: [1] });
  const first = execute(strategy, { database, racePoint }, hold()).catch(() => undefined);
  await gate.arrived(1);
  const second = execute(strategy, { database }, hold());
  // With NOWAIT it fails at once; in a group it waits for the first one's.
  if (strategy.meanwhile === 'fails') await second;
  gate.open();
  await first;
  return (await second).outcome;
}

describe('a hold that came while another one was about to fail', () => {
  it('is not refused because of it when both were grouped', async () => {
    expect(await afterAFailure(groupedHold)).toBe('held');
  });

  it('is refused because of it with NOWAIT: nobody has the seat', async () => {
    expect(await afterAFailure(pessimisticNowaitHold)).toBe('contended');
  });
});
