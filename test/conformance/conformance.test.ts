import { describe, expect, it } from 'vitest';
import type { Contention, Declaration } from '../../src/operations/strategy.ts';
import { expectContention } from './conformance.ts';

const [won, gone, contended] = ['held', 'seat_taken', 'contended'].map((outcome) => ({ outcome })) as [
  { outcome: string },
  { outcome: string },
  { outcome: string },
];

describe('the check of a contention policy', () => {
  const check =
    (
      contention: Contention,
      outcomes: { outcome: string }[],
      declared: Pick<Declaration, 'retries' | 'lockedBy'> = {},
    ) =>
    (): void =>
      expectContention({ contention, ...declared }, outcomes, { won: 'held', gone: 'seat_taken' });

  it.each<[Contention, { outcome: string }[]]>([
    ['all-succeed', [won, won]],
    ['one-wins-rest-refused', [gone, won, gone]],
    ['one-wins-rest-retry', [won, contended, gone]],
    ['one-wins-rest-retry', [won, won, contended]],
  ])('accepts what %s promises', (contention, outcomes) => {
    expect(check(contention, outcomes)).not.toThrow();
  });

  it.each<[Contention, { outcome: string }[]]>([
    ['all-succeed', [won, contended]],
    ['all-succeed', [won, gone]],
    ['one-wins-rest-refused', [won, won, gone]],
    ['one-wins-rest-refused', [won, contended]],
    ['one-wins-rest-refused', [gone, gone]],
    ['one-wins-rest-retry', [won, won]],
    ['one-wins-rest-retry', [contended, gone]],
    ['one-wins-rest-retry', [won, { outcome: 'overloaded' }]],
  ])('fails on a strategy that declares %s and answers otherwise', (contention, outcomes) => {
    expect(check(contention, outcomes)).toThrow();
  });

  it('lets all win where losers are tried again, or take a lock first', () => {
    expect(check('one-wins-rest-retry', [won, won], { retries: true })).not.toThrow();
    expect(check('one-wins-rest-retry', [won, won], { lockedBy: 'advisory-lock' })).not.toThrow();
  });
});
