/** What the pages keep where the browser keeps nothing, or no more. */
import { expect, it } from 'vitest';
import type { KeptItems } from './storage.ts';
import { openStorage } from './storage.ts';

function throwFull(): never {
  throw new Error('QuotaExceededError');
}

/** A browser's storage that holds one item and is full. */
function full(items: Map<string, string>): KeptItems {
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (name) => items.get(name) ?? null,
    setItem: throwFull,
    removeItem: (name) => void items.delete(name),
  };
}

it('is the page itself where the browser keeps nothing', () => {
  const storage = openStorage(throwFull);
  storage.setItem('a', '1');
  expect([storage.length, storage.key(0), storage.getItem('a')]).toEqual([1, 'a', '1']);
  storage.removeItem('a');
  expect([storage.length, storage.key(0), storage.getItem('a')]).toEqual([0, null, null]);
});

it('is the page where the browser is full, which keeps what it had', () => {
  const items = new Map([['a', 'before']]);
  const storage = openStorage(() => full(items));
  storage.setItem('a', 'now');
  storage.setItem('b', '2');
  expect([storage.getItem('a'), storage.getItem('b'), storage.length]).toEqual(['now', '2', 2]);
  expect([...items]).toEqual([['a', 'before']]);
  storage.removeItem('a');
  expect([storage.getItem('a'), items.size]).toEqual([null, 0]);
});
