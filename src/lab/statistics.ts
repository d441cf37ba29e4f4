/** Statistics of what was measured in several runs, each with the interval that it can be trusted to. */
import type { Spread } from '../load/spread.ts';
import { intervalOf, marginFactor, meanOf, spreadOf } from '../load/spread.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
  /** 0.95, or less where there are too few runs for that. */
  readonly confidence: number;
}

/** A quantity over the runs. The intervals are null for fewer than two runs. */
export interface Measured extends Spread {
  /** Student's t over the runs. */
  readonly meanInterval: Interval | null;
  /** Between two of the sorted runs: makes no assumption on their distribution. */
  readonly medianInterval: Interval | null;
}

export const CONFIDENCE = 0.95;

/** The quantity's statistics, from its value in each run; `most` is what it cannot exceed, such as 1 for a share. */
export function overRuns(values: readonly number[], most = Number.POSITIVE_INFINITY): Measured {
  return {
    ...spreadOf(values),
    meanInterval: meanIntervalOf(values, most),
    medianInterval: medianIntervalOf(values),
  };
}

function meanIntervalOf(values: readonly number[], most: number): Interval | null {
  const interval = intervalOf(values);
  if (interval === null) return null;
  const [low, high] = interval;
  // What is never negative has no negative mean either.
  return {
    low: values.every((value) => value >= 0) ? Math.max(0, low) : low,
    high: Math.min(most, high),
    confidence: CONFIDENCE,
  };
}

/**
 * The median lies outside the k-th and the k-th last of n sorted values only if fewer than k of them fall on one side
 * of it, each with probability 1/2. Takes the largest k that keeps the confidence; fewer than six values cannot.
 */
function medianIntervalOf(values: readonly number[]): Interval | null {
  const count = values.length;
  if (count < 2) return null;
  const sorted = values.toSorted((a, b) => a - b);
  let outside = 0;
  let taken = { place: 0, confidence: 0 };
  // The probability of exactly `place` values on one side, beginning with none.
  let exactly = 2 ** -count;
  for (let place = 0; 2 * place < count - 1; place += 1) {
    outside += 2 * exactly;
    if (place > 0 && 1 - outside < CONFIDENCE) break;
    taken = { place, confidence: Math.min(CONFIDENCE, 1 - outside) };
    exactly *= (count - place) / (place + 1);
  }
  return { low: sorted[taken.place]!, high: sorted[count - 1 - taken.place]!, confidence: taken.confidence };
}

/** A value with its interval, as tables and plots show it. */
export interface Point {
  readonly value: number | null;
  readonly interval: Interval | null;
}

export function meanPoint({ mean, meanInterval }: Measured): Point {
  return { value: mean, interval: meanInterval };
}

export function medianPoint({ median, medianInterval }: Measured): Point {
  return { value: median, interval: medianInterval };
}

/** The median over the runs that have a value; no value where none has. */
export function medianOverRuns<Run>(runs: readonly Run[], of: (run: Run) => number | null): Point {
  const values = runs.map(of).filter((value) => value !== null);
  return values.length === 0 ? { value: null, interval: null } : medianPoint(overRuns(values));
}

export interface PowerLaw {
  readonly factor: number;
  /** One per variable, each with its interval (Student's t; none when there are only as many points as unknowns). */
  readonly exponents: readonly (Point & { readonly value: number })[];
  /** How many points the law was fitted to. */
  readonly points: number;
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
  const freedom = rows.length - 3;
  const exponent = (value: number, ownSquares: number): PowerLaw['exponents'][number] => {
    if (freedom < 1) return { value, interval: null };
    const margin = marginFactor(freedom) * Math.sqrt(((residual / freedom) * ownSquares) / determinant);
    return { value, interval: { low: value - margin, high: value + margin, confidence: CONFIDENCE } };
  };
  return {
    factor: Math.exp(means.y - first * means.a - second * means.b),
    exponents: [exponent(first, bb), exponent(second, aa)],
    points: points.length,
    rSquared: yy === 0 ? 1 : 1 - residual / yy,
  };
}
