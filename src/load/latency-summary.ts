import { build } from 'hdr-histogram-js';
import { meanOf, quantileOf } from './spread.ts';

/** Latencies in milliseconds; all zero when there are none. */
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

/** A recorder of constant size, exact to three digits (HdrHistogram). */
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

/** Summarizes a few latencies exactly; for many, use a recorder. */
export function summarizeLatencies(latenciesMs: readonly number[]): LatencySummary {
  return {
    count: latenciesMs.length,
    meanMs: meanOf(latenciesMs),
    p50Ms: quantileOf(latenciesMs, 0.5),
    p95Ms: quantileOf(latenciesMs, 0.95),
    p99Ms: quantileOf(latenciesMs, 0.99),
    maxMs: latenciesMs.reduce((most, value) => Math.max(most, value), 0),
  };
}
