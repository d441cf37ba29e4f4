/** A histogram of plain numbers: one that is written on the hot path, and read at a scrape. */
import type { Sample } from './family.ts';

/** Upper bounds in seconds of how long answers take and requests wait. */
export const SECONDS: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Upper bounds of sizes of groups. */
export const SIZES: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export interface Tally {
  observe(value: number): void;
  readonly count: number;
  /** The samples of the family with this name. */
  samples(name: string, labels?: Readonly<Record<string, string>>): readonly Sample[];
}

export function createTally(bounds: readonly number[]): Tally {
  const counts = bounds.map(() => 0);
  let count = 0;
  let sum = 0;
  return {
    observe: (value) => {
      count += 1;
      sum += value;
      for (let i = 0; i < bounds.length; i += 1) {
        if (value > bounds[i]!) continue;
        counts[i]! += 1;
        return;
      }
    },
    get count() {
      return count;
    },
    samples: (name, labels = {}) => {
      let below = 0;
      const buckets = bounds.map((bound, i) => {
        below += counts[i]!;
        return { metricName: `${name}_bucket`, labels: { ...labels, le: String(bound) }, value: below };
      });
      return [
        ...buckets,
        { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ];
    },
  };
}
