import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Buckets } from './buckets.ts';
import { createBuckets } from './buckets.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** How many of so many requests are admitted. */
function admitted(buckets: Buckets, client: string, requests: number): number {
  return Array.from({ length: requests }, () => buckets.take(client)).filter((waitMs) => waitMs === 0).length;
}

describe('a bucket', () => {
  it.each([
    { perSecond: 20, burst: 60 },
    { perSecond: 7, burst: 3 },
    { perSecond: 3, burst: 1 },
    { perSecond: 1_000, burst: 10_000 },
  ])('of $burst tokens, $perSecond a second, admits a burst, and then the rate', (rate) => {
    const buckets = createBuckets(rate);
    expect(admitted(buckets, 'anna', rate.burst + 10)).toBe(rate.burst);
    expect(admitted(buckets, 'ben', 1)).toBe(1);
    let later = 0;
    for (let i = 0; i < 3_000; i += 1) {
      vi.advanceTimersByTime(1);
      later += admitted(buckets, 'anna', 2);
    }
    expect(Math.abs(later - 3 * rate.perSecond)).toBeLessThanOrEqual(1);
  });

  it('says how long to wait, exactly', () => {
    const buckets = createBuckets({ perSecond: 20, burst: 2 });
    admitted(buckets, 'anna', 2);
    vi.advanceTimersByTime(10);
    expect(buckets.take('anna')).toBeCloseTo(40);
    vi.advanceTimersByTime(39);
    expect(buckets.take('anna')).toBeCloseTo(1);
    vi.advanceTimersByTime(1);
    expect(buckets.take('anna')).toBe(0);
  });

  it('never has more tokens than its size', () => {
    const buckets = createBuckets({ perSecond: 20, burst: 5 });
    admitted(buckets, 'anna', 5);
    vi.advanceTimersByTime(3_600_000);
    expect(admitted(buckets, 'anna', 20)).toBe(5);
  });

  it('does not count what it refuses', () => {
    const buckets = createBuckets({ perSecond: 10, burst: 1 });
    admitted(buckets, 'anna', 1_000);
    vi.advanceTimersByTime(100);
    expect(admitted(buckets, 'anna', 1_000)).toBe(1);
  });

  it('may owe tokens', () => {
    const buckets = createBuckets({ perSecond: 10, burst: 4 }, 3);
    buckets.drain('anna', 6);
    expect(buckets.missing('anna')).toBe(6);
    expect(buckets.take('anna')).toBeCloseTo(300);
    buckets.drain('anna', 1_000);
    expect(buckets.missing('anna')).toBe(12);
    vi.advanceTimersByTime(900);
    expect(admitted(buckets, 'anna', 5)).toBe(1);
    buckets.fill('anna');
    expect(admitted(buckets, 'anna', 5)).toBe(4);
  });
});

describe('among more clients than it remembers', () => {
  const rate = { perSecond: 1, burst: 2 };

  it('forgets those first that have been quiet the longest, and nobody that goes on', () => {
    const buckets = createBuckets(rate);
    admitted(buckets, 'quiet', 2);
    admitted(buckets, 'loud', 2);
    for (let client = 0; client < 250_000; client += 1) {
      buckets.take(`client-${client}`);
      if (client % 50_000 === 0) expect(buckets.take('loud')).toBeGreaterThan(0);
    }
    expect(admitted(buckets, 'loud', 2)).toBe(0);
    expect(admitted(buckets, 'client-249999', 2)).toBe(1);
    expect(admitted(buckets, 'quiet', 2)).toBe(2);
  });

  it('keeps what is not full beyond the change of a generation', () => {
    const buckets = createBuckets(rate, 2);
    buckets.take('other');
    vi.advanceTimersByTime(3_999);
    buckets.drain('anna', 4);
    vi.advanceTimersByTime(1);
    // The next generation begins with these.
    buckets.take('other');
    vi.advanceTimersByTime(1_998);
    expect(buckets.missing('anna')).toBe(3);
    vi.advanceTimersByTime(1);
    expect(admitted(buckets, 'anna', 2)).toBe(0);
  });
});
