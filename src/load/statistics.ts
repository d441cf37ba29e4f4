import { build } from 'hdr-histogram-js';

/** Latencies in milliseconds. Without any recorded value all but the count are 0. */
export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface LatencyRecorder {
  /** Records one latency, to a microsecond; below that it counts as one microsecond. */
  record(latencyMs: number): void;
  summary(): LatencySummary;
}

const US_PER_MS = 1_000;

/** A recorder of constant size for any number of latencies, exact to three digits (HdrHistogram). */
export function createLatencyRecorder(): LatencyRecorder {
  const histogram = build({ bitBucketSize: 64, numberOfSignificantValueDigits: 3 });
  const percentileMs = (percentile: number): number => histogram.getValueAtPercentile(percentile) / US_PER_MS;
  return {
    record: (latencyMs) => histogram.recordValue(Math.max(1, Math.round(latencyMs * US_PER_MS))),
    summary: () => ({
      count: histogram.totalCount,
      meanMs: histogram.totalCount === 0 ? 0 : histogram.mean / US_PER_MS,
      p50Ms: percentileMs(50),
      p95Ms: percentileMs(95),
      p99Ms: percentileMs(99),
      maxMs: histogram.maxValue / US_PER_MS,
    }),
  };
}
