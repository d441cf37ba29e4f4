import { meanOf } from '../load/spread.ts';

export interface PowerLaw {
  readonly factor: number;
  /** One per variable. */
  readonly exponents: readonly number[];
  /** Share of the variance of log(y) that the law explains. */
  readonly rSquared: number;
}

/** Fits y = factor · x₁^e₁ · x₂^e₂ to the logarithms by least squares; undefined when underdetermined. */
export function fitPowerLaw(
  points: readonly { readonly x: readonly [number, number]; readonly y: number }[],
): PowerLaw | undefined {
  const rows = points.map(({ x, y }) => ({ a: Math.log(x[0]), b: Math.log(x[1]), y: Math.log(y) }));
  const means = {
    a: meanOf(rows.map((r) => r.a)),
    b: meanOf(rows.map((r) => r.b)),
    y: meanOf(rows.map((r) => r.y)),
  };
  const centred = rows.map((r) => ({ a: r.a - means.a, b: r.b - means.b, y: r.y - means.y }));
  const sum = (f: (r: { a: number; b: number; y: number }) => number): number =>
    centred.reduce((total, row) => total + f(row), 0);
  const [aa, bb, ab] = [sum((r) => r.a * r.a), sum((r) => r.b * r.b), sum((r) => r.a * r.b)];
  const [ay, by, yy] = [sum((r) => r.a * r.y), sum((r) => r.b * r.y), sum((r) => r.y * r.y)];
  const determinant = aa * bb - ab * ab;
  if (!(determinant > 1e-9)) return undefined;
  const first = (ay * bb - by * ab) / determinant;
  const second = (by * aa - ay * ab) / determinant;
  const residual = sum((r) => (r.y - first * r.a - second * r.b) ** 2);
  return {
    factor: Math.exp(means.y - first * means.a - second * means.b),
    exponents: [first, second],
    rSquared: yy === 0 ? 1 : 1 - residual / yy,
  };
}
