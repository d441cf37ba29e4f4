import { describe, expect, it } from 'vitest';
import { createRandom } from '../load/random.ts';
import { fitPowerLaw, medianOverRuns, overRuns } from './statistics.ts';
import { intervalText, meanText, medianText, pointText } from './text.ts';

it('finds a law again that its points follow', () => {
  const points = [10, 20, 40].flatMap((a) =>
    [2, 5].map((b) => ({ x: [a, b] as const, y: (3 * a ** 1.5) / b })),
  );
  const law = fitPowerLaw(points)!;
  expect(law.factor).toBeCloseTo(3, 6);
  expect(law.exponents[0]!.value).toBeCloseTo(1.5, 6);
  expect(law.exponents[1]!.value).toBeCloseTo(-1, 6);
  expect(law.rSquared).toBeCloseTo(1, 6);
});

it('fits no law to points that determine none', () => {
  expect(fitPowerLaw([{ x: [10, 2], y: 5 }])).toBeUndefined();
  expect(fitPowerLaw([])).toBeUndefined();
});

describe("the interval of a law's exponent", () => {
  it('holds the true one in about 95 % of noisy measurements', () => {
    const random = createRandom(1, 'noise');
    const trials = 400;
    let held = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const points = [10, 20, 40].flatMap((a) =>
        [2, 5, 9].map((b) => {
          // Nearly normal: a sum of twelve uniform numbers.
          const noise = Array.from({ length: 12 }, () => random.next()).reduce((sum, one) => sum + one, -6);
          return { x: [a, b] as const, y: (3 * a ** 1.5 * Math.exp(0.1 * noise)) / b };
        }),
      );
      const { low, high } = fitPowerLaw(points)!.exponents[0]!.interval!;
      if (low <= 1.5 && high >= 1.5) held += 1;
    }
    expect(held / trials).toBeGreaterThan(0.92);
    expect(held / trials).toBeLessThan(0.98);
  });

  it('is none where the points are as few as the unknowns', () => {
    const points = [
      { x: [10, 2], y: 5 },
      { x: [20, 2], y: 10 },
      { x: [10, 4], y: 3 },
    ] as const;
    expect(fitPowerLaw(points)!.exponents.map(({ interval }) => interval)).toEqual([null, null]);
  });
});

describe('the interval of a mean', () => {
  it("is Student's t, ends at zero where nothing is negative, and at the most that there can be", () => {
    expect(overRuns([9, 10, 11]).meanInterval).toMatchObject({ confidence: 0.95 });
    expect(overRuns([9, 10, 11]).meanInterval!.low).toBeCloseTo(10 - 4.303 / Math.sqrt(3), 6);
    expect(overRuns([0, 1]).meanInterval!.low).toBe(0);
    expect(overRuns([-1, 1]).meanInterval!.low).toBeLessThan(-1);
    expect(overRuns([0.9, 1, 1], 1).meanInterval!.high).toBe(1);
    expect(overRuns([7]).meanInterval).toBeNull();
  });
});

describe('the interval of a median', () => {
  it.each([
    [2, 1, 2, 0.5],
    [3, 1, 3, 0.75],
    [5, 1, 5, 0.9375],
    [6, 1, 6, 0.95],
    [8, 1, 8, 0.95],
    [9, 2, 8, 0.95],
    [20, 6, 15, 0.95],
  ])(
    'of %i runs lies between the values %i and %i, with a confidence of %f',
    (count, low, high, confidence) => {
      const values = Array.from({ length: count }, (_, index) => count - index);
      expect(overRuns(values).medianInterval).toEqual({ low, high, confidence });
    },
  );

  it('leaves out runs without a value', () => {
    expect(medianOverRuns([1, 3, null, 2], (value) => value)).toEqual({
      value: 2,
      interval: { low: 1, high: 3, confidence: 0.75 },
    });
    expect(medianOverRuns([null], (value) => value)).toEqual({ value: null, interval: null });
    expect(overRuns([4]).medianInterval).toBeNull();
  });
});

it('writes a figure with its interval, and with the confidence where it is less than 95 %', () => {
  expect(meanText(overRuns([9, 10, 11]))).toBe('10 (7.52–12.5)');
  expect(medianText(overRuns([9, 10, 11]))).toBe('10 (9–11, 75 %)');
  expect(medianText(overRuns([1, 2, 3, 4, 5, 6]), (value) => `${value}×`)).toBe('3.5× (1×–6×)');
  expect(meanText(overRuns([5]))).toBe('5');
  expect(meanText(overRuns([5, 5]))).toBe('5');
  expect(intervalText({ value: 5, interval: null })).toBe('');
  expect(pointText({ value: null, interval: null })).toBe('–');
});
