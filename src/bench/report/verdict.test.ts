import { describe, expect, it } from 'vitest';
import type { Goal } from './verdict.ts';
import { judge, notMeasured, toJson } from './verdict.ts';

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
    expect(verdict).toMatchObject({
      result: 'not shown',
      reason: 'the floor lies within the interval',
      aimMet: false,
    });
  });

  it.each([
    [faster, [98, 100, 102], [10, 10, 10], 'met'],
    [faster, [58, 60, 62], [10, 10, 10], 'missed'],
    [faster, [70, 80, 95], [10, 10, 10], 'not shown'],
    [sooner, [2, 2, 2], [9.8, 10, 10.2], 'met'],
    [sooner, [2, 2, 2], [5.8, 6, 6.2], 'missed'],
    [less, [1, 1, 1], [2.4, 2.5, 2.6], 'met'],
    [less, [1, 1, 1], [1.6, 1.65, 1.7], 'missed'],
    [less, [1, 1, 1], [1.9, 2, 2.1], 'not shown'],
    // The median is on the right side, the interval is not.
    [less, [1, 1, 1], [1.5, 2.5, 2.6], 'not shown'],
  ] as const)(
    'claims of $name only what the whole interval shows: %j against %j',
    (goal, ours, baseline, result) => {
      const pairs = ours.map((own, i) => ({ ours: own, baseline: baseline[i]! }));
      expect(judge(goal, pairs).result).toBe(result);
    },
  );

  it('asks the whole interval for the aim, too', () => {
    const pairsAround = (ratio: number) =>
      [0.99, 1, 1.01].map((share) => ({ ours: ratio * share, baseline: 1 }));
    expect(judge(faster, pairsAround(20)).aimMet).toBe(false);
    expect(judge(faster, pairsAround(21)).aimMet).toBe(true);
    expect(judge(less, pairsAround(0.19)).aimMet).toBe(true);
  });

  it('shows nothing when one of the values does not count', () => {
    const pair = { ours: 1, baseline: 10 };
    const verdict = judge(less, [pair, pair, { ours: null, baseline: 10 }]);
    expect(verdict.ratioSpread?.median).toBe(0.1);
    expect(verdict).toMatchObject({
      result: 'not shown',
      reason: '1 of 3 pairs do not count',
      aimMet: false,
    });
    expect(judge(less, [pair, pair]).result).toBe('met');
  });

  it('shows nothing by a single pair, or by none', () => {
    expect(judge(faster, [{ ours: 100, baseline: 1 }])).toMatchObject({
      ratioInterval: null,
      result: 'not shown',
      reason: 'an interval needs two pairs, not 1',
    });
    expect(judge(less, [])).toMatchObject({ ratioSpread: null, result: 'not shown', aimMet: false });
    expect(judge(less, [{ ours: 0, baseline: 0 }])).toMatchObject({ ratioSpread: null, result: 'not shown' });
  });

  it('says why a line could not be measured', () => {
    expect(notMeasured(faster, 'one core')).toMatchObject({
      ratioSpread: null,
      result: 'not shown',
      reason: 'not measured: one core',
      aimMet: false,
    });
  });

  it('names outliers and counts them all the same', () => {
    const ratios = [9, 10, 11, 10, 9.5, 40];
    const verdict = judge(
      faster,
      ratios.map((ours) => ({ ours, baseline: 1 })),
    );
    expect(verdict.outliers).toEqual([40]);
    expect(verdict.ratioSpread).toMatchObject({ count: 6, max: 40 });
  });
});

describe('toJson', () => {
  it('gives the fields that programs read', () => {
    const pair = { ours: 41_234.5, baseline: 3_600 };
    const verdicts = [judge(faster, [pair, pair]), judge(less, [])];
    expect(toJson(verdicts, true)).toEqual({
      auditClean: true,
      workloads: [
        {
          name: 'hot-wallet',
          ours: 41_230,
          baseline: 3_600,
          ratio: 11.45,
          interval: [11.45, 11.45],
          floor: 8,
          result: 'met',
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
          interval: null,
          floor: 0.5,
          result: 'not shown',
          bound: 'at most',
          aim: 0.2,
          unit: '/s',
          processorTime: null,
        },
      ],
    });
  });
});
