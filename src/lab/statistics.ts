/** The few numbers that describe repeats. */

/** A quantity measured several times. */
export interface Spread {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly median: number;
  /** How many measurements. */
  readonly count: number;
}

/** Describes measurements; all zero when there are none. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) return { mean: 0, min: 0, max: 0, median: 0, count: 0 };
  return {
    mean: meanOf(values),
    min: Math.min(...values),
    max: Math.max(...values),
    median: quantileOf(values, 0.5),
    count: values.length,
  };
}

export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value below which this share of the values lies, interpolated; 0 without values. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

export interface PowerLaw {
  readonly factor: number;
  /** One per variable. */
  readonly exponents: readonly number[];
  /** Share of the variance of log(y) that the law explains: 1 is all of it. */
  readonly rSquared: number;
}

/**
 * Fits y = factor · x₁^e₁ · x₂^e₂ by least squares of the logarithms. Every value must be positive. Undefined when the
 * points do not determine it.
 */
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
