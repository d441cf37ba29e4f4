import { describe, expect, it } from 'vitest';
import { createLatencyRecorder, summarizeLatencies } from './latency-summary.ts';

describe('createLatencyRecorder', () => {
  it('gives zeros before anything was recorded', () => {
    expect(createLatencyRecorder().summary()).toEqual({
      count: 0,
      meanMs: 0,
      p50Ms: 0,
      p95Ms: 0,
      p99Ms: 0,
      maxMs: 0,
    });
  });

  it('gives percentiles exact to three digits', () => {
    const recorder = createLatencyRecorder();
    for (let latencyMs = 1; latencyMs <= 1_000; latencyMs += 1) recorder.record(latencyMs);
    const summary = recorder.summary();
    expect(summary.count).toBe(1_000);
    expect(Math.abs(summary.meanMs - 500.5)).toBeLessThan(0.6);
    expect(Math.abs(summary.p50Ms - 500)).toBeLessThan(0.6);
    expect(Math.abs(summary.p95Ms - 950)).toBeLessThan(1.1);
    expect(Math.abs(summary.p99Ms - 990)).toBeLessThan(1.1);
    expect(Math.abs(summary.maxMs - 1_000)).toBeLessThan(1.1);
  });

  it('keeps fractions of a millisecond and very long waits', () => {
    const recorder = createLatencyRecorder();
    recorder.record(0.25);
    expect(recorder.summary().p50Ms).toBe(0.25);
    recorder.record(0);
    recorder.record(3_600_000);
    expect(Math.abs(recorder.summary().maxMs / 3_600_000 - 1)).toBeLessThan(0.001);
    expect(recorder.summary().count).toBe(3);
  });
});

it('summarizes a few latencies exactly', () => {
  expect(summarizeLatencies([30, 10, 20])).toEqual({
    count: 3,
    meanMs: 20,
    p50Ms: 20,
    p95Ms: 29,
    p99Ms: 29.8,
    maxMs: 30,
  });
  expect(summarizeLatencies([])).toEqual(createLatencyRecorder().summary());
});
