import { expect, it } from 'vitest';
import { fitPowerLaw } from './statistics.ts';

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
