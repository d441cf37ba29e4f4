import { expect, it } from 'vitest';
import type { Result, Verdict } from '../../bench/report/verdict.ts';
import { exitCodeOf } from './exit-code.ts';

function codeOf(auditClean: boolean, noise: readonly string[], ...results: readonly Result[]): number {
  return exitCodeOf({ ...reportOf(auditClean, noise, results), interruptedIn: null });
}

function reportOf(auditClean: boolean, noise: readonly string[], results: readonly Result[]) {
  const trust = {
    loadBefore: 0,
    cores: 2,
    fsync: { notMeasured: 'for a test' },
    aa: [],
    outliers: 0,
    pairsLookedAt: 0,
    noise,
  };
  return { auditClean, trust, verdicts: results.map((result) => ({ result }) as Verdict) };
}

it('is 0 only when every floor is met', () => {
  expect(codeOf(true, [], 'met', 'met')).toBe(0);
  expect(codeOf(true, [], 'met', 'not shown')).toBe(4);
});

it('is 1 when a floor is missed or an audit found a violation', () => {
  expect(codeOf(true, [], 'met', 'missed', 'not shown')).toBe(1);
  expect(codeOf(false, ['busy'], 'met')).toBe(1);
});

it('is 3 when noise says nothing of the floors', () => {
  expect(codeOf(true, ['busy'], 'met', 'missed')).toBe(3);
});

it('is 130 when the run was interrupted, whatever it had found by then', () => {
  expect(exitCodeOf({ ...reportOf(false, ['busy'], ['missed']), interruptedIn: 'crowd' })).toBe(130);
});
