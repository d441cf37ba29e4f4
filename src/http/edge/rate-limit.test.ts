import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRateLimiter } from './rate-limit.ts';

describe('the rate limiter', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('admits a number of requests of each client in a window', () => {
    const limiter = createRateLimiter({ requests: 2, windowMs: 1_000 });
    expect([1, 2, 3].map(() => limiter.admits('anna'))).toEqual([true, true, false]);
    expect(limiter.admits('ben')).toBe(true);
    vi.advanceTimersByTime(999);
    expect(limiter.admits('anna')).toBe(false);
    vi.advanceTimersByTime(1);
    expect(limiter.admits('anna')).toBe(true);
  });

  it('resets its counts rather than remember unlimited clients', () => {
    const limiter = createRateLimiter({ requests: 1, windowMs: 1_000 });
    for (let client = 0; client < 100_000; client += 1) limiter.admits(`client-${client}`);
    expect(limiter.admits('client-0')).toBe(true);
    expect(limiter.admits('client-0')).toBe(false);
  });
});
