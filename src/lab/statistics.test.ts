import { expect, it } from 'vitest';
import { fitPowerLaw, quantileOf, spreadOf } from './statistics.ts';

it('describes measurements, and has zeroes for none', () => {
  expect(spreadOf([3, 1, 8])).toEqual({ mean: 4, min: 1, max: 8, median: 3, count: 3 });
  expect(spreadOf([])).toEqual({ mean: 0, min: 0, max: 0, median: 0, count: 0 });
});

it('interpolates quantiles and leaves the values in their order', () => {
  const values = [40, 10, 20, 30];
  expect(quantileOf(values, 0.5)).toBe(25);
  expect(quantileOf(values, 1)).toBe(40);
  expect(values).toEqual([40, 10, 20, 30]);
});

it('finds a law again that its points follow', () => {
  const points = [10, 20, 40].flatMap((a) =>
    [2, 5].map((b) => ({ x: [a, b] as const, y: (3 * a ** 1.5) / b })),
  );
  const law = fitPowerLaw(points)!;
  expect(law.factor).toBeCloseTo(3, 6);
  expect(law.exponents[0]).toBeCloseTo(1.5, 6);
  expect(law.exponents[1]).toBeCloseTo(-1, 6);
  expect(law.rSquared).toBeCloseTo(1, 6);
});

it('fits no law to points that determine none', () => {
  expect(fitPowerLaw([{ x: [10, 2], y: 5 }])).toBeUndefined();
  expect(fitPowerLaw([])).toBeUndefined();
});
