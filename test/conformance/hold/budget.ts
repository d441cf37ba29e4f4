import { expect, it } from 'vitest';
import { release } from '../../../src/operations/release.ts';
import type { HoldCommand, HoldOutcome, HoldStrategy } from '../../../src/operations/hold/hold.ts';
import { plantPerformance } from '../../support/catalogue.ts';
import type { TestDatabase } from '../../support/database.ts';
import { execute } from '../../support/execute.ts';
import {
  ageHold,
  buySeats,
  expireHold,
  holdCommand,
  holdSeats,
  moveExpiry,
  someAccount,
} from '../../support/fixture.ts';
import { stateOf } from './fixtures.ts';

const HOUR_MS = 3_600_000;

/** How many of an account's holds may end unpaid: here one hold of two seats an hour. */
export function holdsWithinBudget(database: TestDatabase, strategy: HoldStrategy): void {
  const hold = (command: HoldCommand): Promise<HoldOutcome> => execute(strategy, { database }, command);
  const plant = (holdBudget: number | null = 1): Promise<string> =>
    plantPerformance(database, { seatLimit: 2, holdBudget });

  it('refuses an account whose holds ended unpaid, until the oldest that counts is an hour old', async () => {
    const performanceId = await plant();
    const accountId = someAccount();
    const next = holdCommand({ performanceId, accountId, seats: [3] });
    const first = await holdSeats(database, performanceId, [1], accountId);
    const endedAt = await moveExpiry(database, first, -HOUR_MS + 60_000);
    const second = await holdSeats(database, performanceId, [2], accountId);
    await expireHold(database, second);
    const before = await stateOf(database, performanceId);
    const retryAt = new Date(endedAt.getTime() + HOUR_MS);
    expect(await hold(next)).toEqual({ outcome: 'hold_budget_exceeded', retryAt });
    expect(await stateOf(database, performanceId)).toEqual(before);
    // Others are not concerned, and get the seats.
    expect(await hold(holdCommand({ performanceId, accountId: someAccount(), seats: [1, 2] }))).toMatchObject(
      { outcome: 'held' },
    );
    await moveExpiry(database, first, -HOUR_MS - 1_000);
    expect(await hold(next)).toMatchObject({ outcome: 'held' });
  });

  it('has no budget where the catalogue says so', async () => {
    const performanceId = await plant(null);
    const accountId = someAccount();
    for (const seats of [
      [1, 2],
      [3, 4],
      [5, 6],
    ]) {
      await expireHold(database, await holdSeats(database, performanceId, seats, accountId));
    }
    expect(await hold(holdCommand({ performanceId, accountId, seats: [7] }))).toMatchObject({
      outcome: 'held',
    });
  });

  it('counts a late release, and none within 30 seconds or by an operator', async () => {
    const performanceId = await plant();
    const accountId = someAccount();
    const next = (): HoldCommand => holdCommand({ performanceId, accountId, seats: [3, 4] });
    for (let i = 0; i < 3; i += 1) {
      const soon = await holdSeats(database, performanceId, [1, 2], accountId);
      await release({ database }, soon);
    }
    const forgiven = await holdSeats(database, performanceId, [1, 2], accountId);
    await ageHold(database, forgiven, 60_000);
    await release({ database }, { ...forgiven, isForgiven: true });
    const late = next();
    expect(await hold(late)).toMatchObject({ outcome: 'held' });
    await ageHold(database, late, 60_000);
    await release({ database }, late);
    expect(await hold(next())).toMatchObject({ outcome: 'hold_budget_exceeded' });
  });

  it('is restored by a payment', async () => {
    const performanceId = await plant();
    const accountId = someAccount();
    await expireHold(database, await holdSeats(database, performanceId, [1], accountId));
    await buySeats(database, performanceId, [2], accountId);
    await expireHold(database, await holdSeats(database, performanceId, [1], accountId));
    expect(await hold(holdCommand({ performanceId, accountId, seats: [3] }))).toMatchObject({
      outcome: 'held',
    });
  });
}
