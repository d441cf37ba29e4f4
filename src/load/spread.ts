/** Statistics of a quantity that was measured several times. */

export interface Spread {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly median: number;
  readonly count: number;
}

/** All zero without measurements. */
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

/** The arithmetic mean; 0 without values. */
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

/** The median of the values that are not null; null when all are. */
export function medianOf(values: readonly (number | null)[]): number | null {
  const counted = values.filter((value) => value !== null);
  return counted.length === 0 ? null : quantileOf(counted, 0.5);
}

/** 97.5 % quantiles of Student's t distribution for 1, 2, … degrees of freedom; beyond, the normal one's. */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const;
const Z_975 = 1.96;

/** How many standard errors a 95 % interval reaches to either side. */
export function marginFactor(degreesOfFreedom: number): number {
  return T_975[degreesOfFreedom - 1] ?? Z_975;
}

/** The 95 % confidence interval of the mean (Student's t); null for fewer than two values. */
export function intervalOf(values: readonly number[]): readonly [low: number, high: number] | null {
  if (values.length < 2) return null;
  const mean = meanOf(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const margin = marginFactor(values.length - 1) * Math.sqrt(variance / values.length);
  return [mean - margin, mean + margin];
}

/**
 * The 95 % confidence interval of the geometric mean: Student's t on the logarithms, so that twice as much and
 * half as much lie equally far. For ratios, which are positive. Null for fewer than two.
 */
export function ratioIntervalOf(ratios: readonly number[]): readonly [low: number, high: number] | null {
  const interval = intervalOf(ratios.map((ratio) => Math.log(ratio)));
  return interval === null ? null : [Math.exp(interval[0]), Math.exp(interval[1])];
}

const OUTLIER_COUNT_MIN = 5;

/**
 * The ratios whose logarithm lies more than 1.5 interquartile ranges outside the quartiles (Tukey's fences).
 * Null for fewer than five, of which the quartiles say nothing.
 */
export function outliersOf(ratios: readonly number[]): readonly number[] | null {
  if (ratios.length < OUTLIER_COUNT_MIN) return null;
  const logs = ratios.map((ratio) => Math.log(ratio));
  const [low, high] = [quantileOf(logs, 0.25), quantileOf(logs, 0.75)];
  const fence = 1.5 * (high - low);
  return ratios.filter((_, i) => logs[i]! < low - fence || logs[i]! > high + fence);
}
