import { describe, expect, it } from 'vitest';
import { intervalOf, medianOf, outliersOf, quantileOf, ratioIntervalOf, spreadOf } from './spread.ts';

describe('spreadOf', () => {
  it.each([
    [[3], { mean: 3, median: 3, min: 3, max: 3, count: 1 }],
    [[5, 1], { mean: 3, median: 3, min: 1, max: 5, count: 2 }],
    [[10, 2, 9], { mean: 7, median: 9, min: 2, max: 10, count: 3 }],
    [[], { mean: 0, median: 0, min: 0, max: 0, count: 0 }],
  ])('describes %j', (values, spread) => {
    expect(spreadOf(values)).toEqual(spread);
  });
});

it('interpolates quantiles and leaves the values in their order', () => {
  const values = [40, 10, 20, 30];
  expect(quantileOf(values, 0.5)).toBe(25);
  expect(quantileOf(values, 1)).toBe(40);
  expect(values).toEqual([40, 10, 20, 30]);
});

it('takes the median of the values that count', () => {
  expect(medianOf([3, null, 1])).toBe(2);
  expect(medianOf([null])).toBeNull();
});

describe('intervalOf', () => {
  it('gives the 95 % interval of the mean', () => {
    const [low, high] = intervalOf([9, 10, 11])!;
    expect(low).toBeCloseTo(10 - 4.303 / Math.sqrt(3), 6);
    expect(high).toBeCloseTo(10 + 4.303 / Math.sqrt(3), 6);
  });

  it('uses the normal distribution for many values', () => {
    const [low, high] = intervalOf(Array.from({ length: 100 }, (_, i) => i % 2))!;
    expect(high - low).toBeCloseTo(2 * 1.96 * Math.sqrt(0.25 / 99), 6);
  });

  it('gives none for a single value', () => {
    expect(intervalOf([5])).toBeNull();
  });
});

describe('ratioIntervalOf', () => {
  it('lies around the geometric mean, and does not mind which side is the divisor', () => {
    const [low, high] = ratioIntervalOf([2, 4, 8])!;
    expect(Math.sqrt(low * high)).toBeCloseTo(4, 9);
    expect(high / 4).toBeCloseTo(Math.exp((4.303 * Math.LN2) / Math.sqrt(3)), 6);
    const [otherLow, otherHigh] = ratioIntervalOf([1 / 2, 1 / 4, 1 / 8])!;
    expect(otherLow).toBeCloseTo(1 / high, 9);
    expect(otherHigh).toBeCloseTo(1 / low, 9);
  });

  it('uses the t distribution for twenty pairs', () => {
    const [low, high] = ratioIntervalOf(Array.from({ length: 20 }, (_, i) => Math.exp(i % 2)))!;
    expect(Math.log(high / low)).toBeCloseTo(2 * 2.093 * Math.sqrt(0.25 / 19), 6);
  });

  it('gives none for a single value', () => {
    expect(ratioIntervalOf([5])).toBeNull();
  });
});

describe('outliersOf', () => {
  it('finds what lies far outside the quartiles, on either side', () => {
    expect(outliersOf([1, 1.1, 0.9, 1.05, 0.95])).toEqual([]);
    expect(outliersOf([1, 1.1, 0.9, 1.05, 3, 0.95, 0.3])).toEqual([3, 0.3]);
  });

  it('says nothing of fewer than five', () => {
    expect(outliersOf([1, 1, 1, 100])).toBeNull();
  });
});
