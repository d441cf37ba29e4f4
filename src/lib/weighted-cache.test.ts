import { describe, expect, it } from 'vitest';
import { createWeightedCache } from './weighted-cache.ts';

describe('a weighted cache', () => {
  it('evicts the least recently used entries when it grows too heavy', () => {
    const cache = createWeightedCache<number>(10, (value) => value);
    cache.set('a', 4);
    cache.set('b', 4);
    expect(cache.get('a')).toBe(4);
    cache.set('c', 4);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([4, undefined, 4]);
  });

  it('weighs an entry again when it is replaced', () => {
    const cache = createWeightedCache<number>(10, (value) => value);
    cache.set('a', 9);
    cache.set('a', 5);
    cache.set('b', 5);
    expect([cache.get('a'), cache.get('b')]).toEqual([5, 5]);
  });

  it('keeps the newest entry, however heavy it is', () => {
    const cache = createWeightedCache<number>(10, (value) => value);
    cache.set('a', 1);
    cache.set('b', 20);
    expect([cache.get('a'), cache.get('b')]).toEqual([undefined, 20]);
  });
});
