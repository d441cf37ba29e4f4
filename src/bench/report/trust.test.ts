import { expect, it } from 'vitest';
import type { Sample } from '../session.ts';
import { formatNoise, formatTrust, SAME_AGAIN, trustOf } from './trust.ts';
import type { Goal } from './verdict.ts';
import { judge } from './verdict.ts';

const quiet = { loadBefore: 0.4, cores: 2, fsync: { notMeasured: 'for a test' } };
const goal: Goal = {
  name: 'replays',
  ours: 'ours',
  baseline: 'theirs',
  unit: '/s',
  floor: 0.5,
  aim: 1,
  bound: 'at least',
  ratio: 'ours/baseline',
};

function sample(contender: string, perSecond: number, loadMs = 500): Sample {
  return {
    measure: 'hot-wallet',
    contender,
    repeat: 0,
    perSecond,
    outcomes: {},
    successes: 1_000,
    elapsedMs: 1_000,
    lastSuccessMs: 1_000,
    statements: 10,
    cpu: { databaseMs: 500, serviceMs: 0, loadMs },
    service: 'in client',
    audit: { clean: true, violations: 0, examples: [], auditMs: 5 },
  };
}

it('compares the medians of what was measured twice, in rate and in processor time', () => {
  const samples = [
    ...[100, 90, 400].map((rate) => sample('grouped', rate)),
    ...[110, 50, 120].map((rate) => sample(SAME_AGAIN, rate, 600)),
    sample('atomic', 1),
  ];
  const { aa, noise } = trustOf(quiet, { samples, verdicts: [] });
  expect(aa).toEqual([
    { measure: 'hot-wallet', rate: expect.closeTo(0.1, 9), processorTime: expect.closeTo(0.1, 9) },
  ]);
  expect(noise).toEqual([]);
});

it.each([
  [84, 500, 'hot-wallet differs from itself by -16.0 % in rate, more than 15 %'],
  [100, 660, 'hot-wallet differs from itself by +16.0 % in processor time, more than 15 %'],
])('is too noisy when a workload differs much from itself: %i/s, %i ms', (rate, loadMs, sentence) => {
  const samples = [sample('grouped', 100), sample(SAME_AGAIN, rate, loadMs)];
  expect(trustOf(quiet, { samples, verdicts: [] }).noise).toEqual([sentence]);
});

it('is too noisy when the machine was busy at the start', () => {
  const nothing = { samples: [], verdicts: [] };
  expect(trustOf({ ...quiet, loadBefore: 1 }, nothing).noise).toEqual([]);
  const busy = trustOf({ ...quiet, loadBefore: 1.01 }, nothing);
  expect(formatNoise(busy)).toEqual([
    'TOO NOISY: do not rely on these figures.',
    '  the load average was 1.01 when it began, above 1 on 2 cores: the machine was busy',
  ]);
  expect(formatNoise(trustOf(quiet, nothing))).toEqual([]);
});

it('says what was measured, and what was not and why', () => {
  const pairs = [1, 1.1, 0.9, 1, 5].map((ours) => ({ ours, baseline: 1 }));
  const verdicts = [judge(goal, pairs), judge(goal, pairs.slice(0, 3))];
  const fsync = { writes: 1_234, meanMicros: 700, medianMicros: 654.4, p99Micros: 2_345.6 };
  const samples = [sample('grouped', 100), sample(SAME_AGAIN, 98)];
  expect(formatTrust(trustOf({ ...quiet, fsync }, { samples, verdicts }))).toBe(
    [
      'How far this run can be trusted:',
      '  load average before the run: 0.40 on 2 cores',
      "  fdatasync of 8 kB on the server's disk: median 654 µs, p99 2,346 µs of 1,234 writes",
      '  A/A, the same measured twice:',
      '    hot-wallet: rate -2.0 %, processor time +0.0 %',
      '  outliers, more than 1.5 interquartile ranges from the quartiles: 1 of 5 pairs; none is left out',
    ].join('\n'),
  );
  const unknown = formatTrust(trustOf(quiet, { samples: [], verdicts: [] }));
  expect(unknown).toContain('not measured: for a test');
  expect(unknown).toContain('A/A, the same measured twice: not measured');
  expect(unknown).toContain('no workload has five pairs');
});
