/** Judges one probe: whether a strategy sustained an arrival rate. */
import type { Attempt } from '../measure/attempt.ts';
import { ERROR, FAILED_ON_PURPOSE } from '../measure/crowd.ts';
import { SUCCESSES } from '../measure/fixture.ts';

export interface Probe {
  readonly perSecond: number;
  readonly requests: number;
  /** Of all requests; one that was not served counts as answered never. Null when that is more than one in a hundred. */
  readonly p99Ms: number | null;
  /** Of the requests that arrived in between, the share that was left over. */
  readonly backlogGrowth: number;
  readonly successesPerSecond: number;
  readonly isSustained: boolean;
}

/** Outcomes that tell a client to come back: the request was not served. */
const NOT_SERVED: ReadonlySet<string> = new Set([
  'contended',
  'overloaded',
  'outcome_unknown',
  ERROR,
  FAILED_ON_PURPOSE,
]);
/** A backlog grows if more than this share of the arrivals is left over, and more requests than come in a burst. */
export const GROWTH_MAX = 0.02;
const BURST = 10;

/** `boundMs` is what the 99th percentile may be at most. */
export function judgeProbe(attempts: readonly Attempt[], perSecond: number, boundMs: number): Probe {
  const latencies = attempts
    .map(({ outcome, sentMs, answeredMs }) =>
      NOT_SERVED.has(outcome) ? Number.POSITIVE_INFINITY : answeredMs - sentMs,
    )
    .toSorted((a, b) => a - b);
  const p99 = latencies[Math.ceil(0.99 * latencies.length) - 1] ?? Number.POSITIVE_INFINITY;
  const backlogGrowth = growthOf(attempts);
  const isGrowing = backlogGrowth > GROWTH_MAX && (backlogGrowth * attempts.length) / 2 > BURST;
  const lastMs = attempts.reduce((last, { answeredMs }) => Math.max(last, answeredMs), 0);
  const won = attempts.filter(({ outcome }) => SUCCESSES.has(outcome)).length;
  return {
    perSecond,
    requests: attempts.length,
    p99Ms: Number.isFinite(p99) ? p99 : null,
    backlogGrowth,
    successesPerSecond: lastMs === 0 ? 0 : (won * 1_000) / lastMs,
    isSustained: p99 <= boundMs && !isGrowing,
  };
}

/**
 * How much longer the mean backlog is in the last quarter of the arrivals than in the second one, as a share of the
 * requests that arrived in the half between the middles of the two. The first quarter fills the system.
 */
function growthOf(attempts: readonly Attempt[]): number {
  const sent = attempts.map(({ sentMs }) => sentMs);
  const from = sent.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
  const to = sent.reduce((last, at) => Math.max(last, at), 0);
  if (!(to > from)) return 0;
  const quarterMs = (to - from) / 4;
  const backlogIn = (quarter: number): number => {
    const [start, end] = [from + quarter * quarterMs, from + (quarter + 1) * quarterMs];
    const waited = attempts.reduce(
      (sum, { sentMs, answeredMs }) => sum + Math.max(0, Math.min(end, answeredMs) - Math.max(start, sentMs)),
      0,
    );
    return waited / quarterMs;
  };
  return (backlogIn(3) - backlogIn(1)) / (attempts.length / 2);
}
