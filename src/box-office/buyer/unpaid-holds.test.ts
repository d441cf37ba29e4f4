import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HoldOf, UnpaidHolds } from './unpaid-holds.ts';
import { createUnpaidHolds } from './unpaid-holds.ts';

const MINUTE_MS = 60_000;
const ACCOUNT = 'anna';

let now = 0;
beforeEach(() => {
  now = 5_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
});

function hold(n: number, accountId = ACCOUNT): HoldOf {
  return { performanceId: `show-${n}`, accountId, reservationId: `reservation-${n}` };
}

/** Three holds of twenty seats, ten minutes apart. */
function spent(): UnpaidHolds {
  const holds = createUnpaidHolds(3);
  for (let n = 1; n <= 3; n += 1) {
    expect(holds.refusalOf(ACCOUNT)).toBeUndefined();
    holds.held(hold(n), 20);
    now += 10 * MINUTE_MS;
  }
  return holds;
}

describe('an account that holds without paying', () => {
  it('is refused after three full holds for any performances, until the first is an hour old', () => {
    const holds = spent();
    const retryAt = new Date(performance.timeOrigin + 5_000 + 60 * MINUTE_MS);
    expect(holds.refusalOf(ACCOUNT)).toEqual({ outcome: 'hold_budget_exceeded', retryAt });
    expect(holds.refusalOf('ben')).toBeUndefined();
    now = 5_000 + 60 * MINUTE_MS;
    expect(holds.refusalOf(ACCOUNT)).toBeUndefined();
  });

  it('is waited for no longer than needed when holds are small', () => {
    const holds = createUnpaidHolds(1);
    holds.held(hold(1), 1);
    now += MINUTE_MS;
    holds.held(hold(2), 20);
    const retryAt = new Date(performance.timeOrigin + 5_000 + 61 * MINUTE_MS);
    expect(holds.refusalOf(ACCOUNT)).toMatchObject({ retryAt });
  });

  it('gets its budget back by a payment', () => {
    const holds = spent();
    holds.paid(ACCOUNT);
    expect(holds.refusalOf(ACCOUNT)).toBeUndefined();
  });

  it('is not counted twice for a duplicate', () => {
    const holds = createUnpaidHolds(1);
    for (let i = 0; i < 5; i += 1) holds.held(hold(1), 10);
    expect(holds.refusalOf(ACCOUNT)).toBeUndefined();
  });

  it('is spared for what it releases within 30 seconds, not for what it releases later', () => {
    const holds = createUnpaidHolds(1);
    holds.held(hold(1), 20);
    now += 29_000;
    holds.released(hold(1));
    expect(holds.refusalOf(ACCOUNT)).toBeUndefined();
    holds.held(hold(2), 20);
    now += 31_000;
    holds.released(hold(2));
    expect(holds.refusalOf(ACCOUNT)).toBeDefined();
  });

  it('is spared for a hold whose payment failed by the service', () => {
    const holds = spent();
    holds.excuse(hold(2));
    expect(holds.refusalOf(ACCOUNT)).toBeUndefined();
    expect(holds.isExcused(hold(2))).toBe(true);
    expect(holds.takeExcused(hold(2))).toEqual(['reservation-2']);
    expect(holds.takeExcused(hold(2))).toEqual([]);
  });

  it('has no bound with a budget of zero', () => {
    const holds = createUnpaidHolds(0);
    for (let n = 0; n < 100; n += 1) holds.held(hold(n), 20);
    expect(holds.refusalOf(ACCOUNT)).toBeUndefined();
  });
});
