import { describe, expect, test } from 'vitest';
import { REFUSALS } from '../../../../src/domain/outcomes.ts';
import { endsIntent, intendRefund, pendingRefunds, settleRefund } from './refund-intents.ts';
import type { KeptItems } from '../../storage/storage.ts';

/** A `localStorage` that also holds what other areas keep. */
function memory(): KeptItems {
  const kept = new Map([['rowlock.language', 'ko']]);
  return {
    get length() {
      return kept.size;
    },
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}

const SPRING = { performanceId: 'spring-1', reservationId: 'r1' };
const AUTUMN = { performanceId: 'autumn-1', reservationId: 'r2' };

describe("a refund's intent", () => {
  test('is stored before anything is sent, and found after a reload', () => {
    const store = memory();
    const intent = intendRefund(store, SPRING, () => 'key-1');
    expect(pendingRefunds(store)).toEqual([intent]);
    expect(intent).toEqual({ ...SPRING, key: 'key-1' });
  });

  test('a second try for the reservation has the first key', () => {
    const store = memory();
    intendRefund(store, SPRING, () => 'key-1');
    expect(intendRefund(store, SPRING, () => 'key-2').key).toBe('key-1');
    expect(pendingRefunds(store)).toHaveLength(1);
  });

  test('is forgotten once its end is known, the others are not', () => {
    const store = memory();
    const first = intendRefund(store, SPRING, () => 'key-1');
    const second = intendRefund(store, AUTUMN, () => 'key-2');
    settleRefund(store, first);
    expect(pendingRefunds(store)).toEqual([second]);
    expect(store.getItem('rowlock.language')).toBe('ko');
  });

  test('what someone else stored there does not break the page', () => {
    const store = memory();
    for (const strange of ['{', 'null', '7', '{"key":7}']) {
      store.setItem('rowlock.operator.refund.r1', strange);
      expect(pendingRefunds(store)).toEqual([]);
    }
    expect(intendRefund(store, SPRING, () => 'key-1').key).toBe('key-1');
  });
});

test('an intent stays for each problem after which the refund may have happened or still may', () => {
  const stays = REFUSALS.filter((refusal) => !endsIntent({ ...refusal, outcome: refusal.code })).map(
    ({ code }) => code,
  );
  expect(stays).toEqual([
    'unauthenticated',
    'forbidden',
    'rate_limited',
    'contended',
    'overloaded',
    'outcome_unknown',
    'internal',
  ]);
  expect(endsIntent({ outcome: 'offline', retry: 'same' })).toBe(false);
});
