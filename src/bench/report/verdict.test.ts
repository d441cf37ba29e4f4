import { describe, expect, it } from 'vitest';
import type { Goal } from './verdict.ts';
import { judge, toJson } from './verdict.ts';

const faster: Goal = {
  name: 'hot-wallet',
  ours: 'ours',
  baseline: 'theirs',
  unit: '/s',
  floor: 8,
  aim: 20,
  bound: 'at least',
  ratio: 'ours/baseline',
};
const sooner: Goal = { ...faster, name: 'crowd', floor: 4, aim: 15, ratio: 'baseline/ours' };
const less: Goal = { ...faster, name: 'p99', floor: 0.5, aim: 0.2, bound: 'at most' };

describe('judge', () => {
  it('takes the median of the ratios of the pairs, not the ratio of the medians', () => {
    const verdict = judge(faster, [
      { ours: 100, baseline: 10 },
      { ours: 50, baseline: 10 },
      { ours: 270, baseline: 30 },
    ]);
    expect(verdict.ratioSpread).toMatchObject({ median: 9, min: 5, max: 10 });
    expect(verdict.ratioInterval![0]).toBeLessThan(8);
    expect(verdict.ratioInterval![1]).toBeGreaterThan(8);
    expect(verdict.met).toBe(true);
    expect(verdict.aimMet).toBe(false);
  });

  it.each([
    [faster, { ours: 80, baseline: 10 }, 8, true],
    [faster, { ours: 79, baseline: 10 }, 7.9, false],
    [sooner, { ours: 2, baseline: 8 }, 4, true],
    [sooner, { ours: 2, baseline: 7 }, 3.5, false],
    [less, { ours: 1, baseline: 2 }, 0.5, true],
    [less, { ours: 1.1, baseline: 2 }, 0.55, false],
  ] as const)('bounds the ratio of $name', (goal, pair, ratio, met) => {
    const verdict = judge(goal, [pair]);
    expect(verdict.ratioSpread?.median).toBeCloseTo(ratio, 10);
    expect(verdict.met).toBe(met);
  });

  it('is not met when one of the values does not count', () => {
    const verdict = judge(less, [
      { ours: 1, baseline: 10 },
      { ours: null, baseline: 10 },
    ]);
    expect(verdict.ratioSpread?.median).toBe(0.1);
    expect(verdict.met).toBe(false);
  });

  it('is not met when nothing was measured', () => {
    expect(judge(less, [])).toMatchObject({ ratioSpread: null, met: false, aimMet: false });
    expect(judge(less, [{ ours: 0, baseline: 0 }])).toMatchObject({ ratioSpread: null, met: false });
  });
});

describe('toJson', () => {
  it('gives the fields that programs read', () => {
    const verdicts = [judge(faster, [{ ours: 41_234.5, baseline: 3_600 }]), judge(less, [])];
    expect(toJson(verdicts, true)).toEqual({
      auditClean: true,
      workloads: [
        {
          name: 'hot-wallet',
          ours: 41_230,
          baseline: 3_600,
          ratio: 11.45,
          floor: 8,
          met: true,
          bound: 'at least',
          aim: 20,
          unit: '/s',
          processorTime: null,
        },
        {
          name: 'p99',
          ours: null,
          baseline: null,
          ratio: null,
          floor: 0.5,
          met: false,
          bound: 'at most',
          aim: 0.2,
          unit: '/s',
          processorTime: null,
        },
      ],
    });
  });
});
