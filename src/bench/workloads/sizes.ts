/** How much is measured: the canonical run, and a quick one that only shows that everything works. */

import type { ScriptLength } from '../rivals/pgbench.ts';

export interface Sizes {
  /** Seats or reservations; more where a sample could sell them all. */
  readonly rows: number;
  readonly sampleMs: number;
  readonly scriptLength: ScriptLength;
  readonly repeats: number;
  /** Seats or reservations of a trial. */
  readonly trialRows: number;
  /** The length of a trial of one number of connections or of pgbench's clients. */
  readonly trialMs: number;
  readonly scriptTrial: ScriptLength;
  /** A single choice needs no trial. */
  readonly clientCounts: readonly number[];
  readonly poolSizes: readonly number[];
  readonly inFlight: number;
  /** Of rows whose floor is near 1: many short ones, because a few long ones show no small difference. */
  readonly closePairs: number;
  /** Seats that `two-processes` and `http-two-processes` sell in a sample. */
  readonly closeRows: number;
  readonly crowdRows: number;
  readonly crowdRepeats: number;
  readonly growthRows: number;
  readonly interleavedPairs: number;
  readonly connections: number;
  readonly httpMs: number;
  /** More than elsewhere: three processes wait for each other, so samples differ more. */
  readonly httpRepeats: number;
  /** Seats of a sale under attack. */
  readonly hostileSeats: number;
  readonly hostileHoldSeconds: number;
  readonly hostileRepeats: number;
  readonly latencyMs: number;
  readonly watchers: number;
  /** What `http-crowded` opens beside the sale. */
  readonly crowdedWatchers: number;
  readonly idleConnections: number;
}

export const CANONICAL: Sizes = {
  rows: 50_000,
  sampleMs: 2_000,
  scriptLength: { seconds: 2 },
  repeats: 3,
  trialRows: 25_000,
  trialMs: 1_000,
  scriptTrial: { seconds: 1 },
  clientCounts: [8, 16, 32],
  poolSizes: [8, 16, 32],
  inFlight: 512,
  closePairs: 20,
  closeRows: 10_000,
  crowdRows: 50_000,
  crowdRepeats: 3,
  growthRows: 10_000,
  interleavedPairs: 6,
  connections: 256,
  httpMs: 3_000,
  httpRepeats: 5,
  hostileSeats: 800,
  hostileHoldSeconds: 2,
  hostileRepeats: 3,
  latencyMs: 5_000,
  watchers: 2_000,
  crowdedWatchers: 5_000,
  idleConnections: 10_000,
};

export const QUICK: Sizes = {
  ...CANONICAL,
  rows: 8_000,
  sampleMs: 400,
  scriptLength: { transactionsPerClient: 60 },
  repeats: 1,
  trialRows: 4_000,
  trialMs: 100,
  clientCounts: [16],
  poolSizes: [16],
  closePairs: 1,
  closeRows: 4_000,
  crowdRows: 800,
  crowdRepeats: 1,
  growthRows: 4_000,
  interleavedPairs: 1,
  httpMs: 500,
  httpRepeats: 1,
  hostileSeats: 80,
  hostileHoldSeconds: 1,
  hostileRepeats: 1,
  latencyMs: 600,
  watchers: 200,
  crowdedWatchers: 200,
  idleConnections: 400,
};
