import { describe, expect, it } from 'vitest';
import type { AccessPattern } from './access-pattern.ts';
import { orderOf, STRIDE } from './access-pattern.ts';

function rowsOf(pattern: AccessPattern): number[] {
  const { count, rowOf } = orderOf(pattern);
  return Array.from({ length: count }, (_, request) => rowOf(request));
}

const ascending = (rows: readonly number[]): number[] => [...rows].sort((one, other) => one - other);

describe('orderOf', () => {
  it('wants a hot row without end', () => {
    const { count, rowOf } = orderOf({ kind: 'one-row' });
    expect(count).toBe(Infinity);
    expect(rowOf(1_000_000)).toBe(0);
  });

  it('wants each row once, scattered', () => {
    const rows = rowsOf({ kind: 'each-once', rows: 1_000, from: 0, step: 1 });
    expect(ascending(rows)).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
    expect(rows[1]).toBe(STRIDE % 1_000);
  });

  it('divides the rows among several processes', () => {
    const [even, odd] = [0, 1].map((from) => rowsOf({ kind: 'each-once', rows: 1_001, from, step: 2 }));
    expect([even!.length, odd!.length]).toEqual([501, 500]);
    expect(new Set([...even!, ...odd!]).size).toBe(1_001);
  });

  it('wants each row exactly so many times, shuffled, the same for the same seed', () => {
    const pattern = { kind: 'shuffled', rows: 200, times: 4, seed: 7 } as const;
    const rows = rowsOf(pattern);
    expect(ascending(rows)).toEqual(Array.from({ length: 800 }, (_, i) => Math.floor(i / 4)));
    expect(rows).not.toEqual(ascending(rows));
    expect(rowsOf(pattern)).toEqual(rows);
    expect(rowsOf({ ...pattern, seed: 8 })).not.toEqual(rows);
  });

  it('lets crowds come one after another, each in an order of its own', () => {
    const rows = rowsOf({ kind: 'crowds', rows: 100, times: 3, seed: 7 });
    const crowds = [0, 100, 200].map((from) => rows.slice(from, from + 100));
    for (const crowd of crowds) expect(ascending(crowd)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(crowds[0]).not.toEqual(crowds[1]);
    expect(crowds[1]).not.toEqual(crowds[2]);
  });
});
