/** Metric families whose values are read when they are asked for. What is counted on the hot path is plain numbers. */
import type { Metric, Registry } from 'prom-client';

type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly value: number;
  readonly labels?: Labels;
  /** Where it is not the family's: a histogram's `…_bucket`, `…_sum` and `…_count`. */
  readonly metricName?: string;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** How the values of several processes become one; their sum where it is left out. */
  readonly aggregator?: 'sum' | 'max' | 'min';
  readonly samples: () => readonly Sample[] | Promise<readonly Sample[]>;
}

/** Families with their values: what a process sends to its parent. */
export type Families = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** Adds families to the registry. Throws when it has one of that name. */
export function register(registry: Registry, families: readonly Family[]): void {
  for (const { name, help, type, aggregator = 'sum', samples } of families) {
    const get = async (): Promise<unknown> => {
      const values = (await samples()).map((sample) => ({ labels: {}, ...sample }));
      return { name, help, type, aggregator, values };
    };
    // prom-client reads nothing else of a metric. Its own would build a key of the labels for each value counted.
    registry.registerMetric({ name, help, type, aggregator, get } as unknown as Metric);
  }
}

/** A gauge or counter of one value without labels; none while that is undefined. */
export function single(value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ value }];
}
