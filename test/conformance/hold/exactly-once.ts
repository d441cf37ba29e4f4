import { expect, it } from 'vitest';
import { asReplay } from '../../../src/domain/outcomes.ts';
import { expectOneEffect, insist, tally } from '../conformance.ts';
import { plantPerformance } from '../../support/catalogue.ts';
import type { TestDatabase } from '../../support/database.ts';
import {
  buySeats,
  expireHold,
  holdCommand,
  holdSeats,
  liveClaims,
  refundCommand,
  seatOf,
  someAccount,
} from '../../support/fixture.ts';
import { refund } from '../../../src/operations/refund/refund.ts';
import { release } from '../../../src/operations/release.ts';
import type { HoldCommand, HoldOutcome, HoldStrategy } from '../../../src/operations/hold/hold.ts';
import { execute } from '../../support/execute.ts';
import { stateOf } from './fixtures.ts';

/** One effect and one answer for a request and its duplicates. */
export function holdsExactlyOnce(database: TestDatabase, strategy: HoldStrategy): void {
  const hold = (command: HoldCommand): Promise<HoldOutcome> => execute(strategy, { database }, command);
  const newHold = (performanceId: string, seats: readonly number[], accountId = someAccount()): HoldCommand =>
    holdCommand({ performanceId, accountId, seats });

  it('answers a repeated request as the first time, also after expiry, release and refund, and tells the state now', async () => {
    const performanceId = await plantPerformance(database);
    const command = newHold(performanceId, [1, 2]);
    const first = await hold(command);
    expect(first.outcome).toBe('held');
    expect(await hold(command)).toEqual(asReplay(first));
    const expired = await holdSeats(database, performanceId, [3]);
    await expireHold(database, expired);
    expect(await hold(expired)).toMatchObject({
      outcome: 'held',
      reservationId: expired.reservationId,
      replayed: true,
      state: 'expired',
    });
    await release({ database }, command);
    expect(await hold(command)).toEqual({ ...asReplay(first), state: 'released' });
    const bought = await buySeats(database, performanceId, [4]);
    expect(await hold(bought)).toEqual({ ...asReplay(bought.held), state: 'confirmed' });
    await refund({ database }, refundCommand(bought));
    expect(await hold(bought)).toEqual({ ...asReplay(bought.held), state: 'refunded' });
    expect(await seatOf(database, performanceId, 4)).toMatchObject({ state: 'free' });
  });

  it('refuses the key of another request, whether its seats are free or taken', async () => {
    const performanceId = await plantPerformance(database);
    const given = { performanceId, accountId: someAccount(), key: 'one-key' };
    expect(await hold(holdCommand({ ...given, seats: [1] }))).toMatchObject({ outcome: 'held' });
    const before = await stateOf(database, performanceId);
    expect(await hold(holdCommand({ ...given, seats: [2] }))).toEqual({
      outcome: 'idempotency_key_reused',
    });
    expect(await hold(holdCommand({ ...given, seats: [1, 2] }))).toEqual({
      outcome: 'idempotency_key_reused',
    });
    expect(await stateOf(database, performanceId)).toEqual(before);
  });

  it('remembers only success: a refused request may be sent again with its key', async () => {
    const performanceId = await plantPerformance(database);
    const other = await holdSeats(database, performanceId, [1]);
    const command = newHold(performanceId, [1]);
    expect(await hold(command)).toMatchObject({ outcome: 'seat_taken' });
    await release({ database }, other);
    expect(await hold(command)).toMatchObject({ outcome: 'held' });
  });

  it('gives fifty duplicates at once one effect and one answer, and refuses none because the seat is taken', async () => {
    const performanceId = await plantPerformance(database);
    const command = newHold(performanceId, [1, 2]);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => insist(() => hold(command))));
    expect(tally(outcomes)).toEqual({ held: 50 });
    expectOneEffect(outcomes);
    expect((await seatOf(database, performanceId, 1)).version).toBe(1);
    expect(await liveClaims(database, command)).toBe(2);
  });
}
