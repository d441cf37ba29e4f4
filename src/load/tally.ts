/** Counts outcomes and latencies by operation. */
import type { JournaledRequest } from '../audit/journal/format.ts';
import type { LatencySummary } from './latency-summary.ts';
import { createLatencyRecorder } from './latency-summary.ts';

export type Operation = JournaledRequest['op'];

/** In the order of a purchase. */
const OPERATIONS = ['topUp', 'hold', 'pay', 'release', 'refund'] as const satisfies readonly Operation[];

export const SUCCESS = {
  topUp: 'topped_up',
  hold: 'held',
  pay: 'paid',
  release: 'released',
  refund: 'refunded',
} as const satisfies Record<Operation, string>;

/** The outcome of a request without an answer. */
export const NO_ANSWER = 'no answer';

export interface OperationTally {
  readonly operation: Operation;
  /** How often each outcome came, the most frequent first. */
  readonly outcomes: readonly (readonly [outcome: string, count: number])[];
  /** Of the answers that were successes. */
  readonly winners: LatencySummary;
  /** Of the answers that were refusals. */
  readonly losers: LatencySummary;
  readonly all: LatencySummary;
}

export interface Tally {
  /** Counts one request; a repeated request counts again. */
  add(operation: Operation, outcome: string, latencyMs: number): void;
  count(operation: Operation, outcome: string): number;
  /** The operations that were used, in the order of a purchase. */
  summary(): readonly OperationTally[];
}

export function createTally(): Tally {
  const counters = Object.fromEntries(OPERATIONS.map((operation) => [operation, createCounter()])) as Record<
    Operation,
    ReturnType<typeof createCounter>
  >;
  return {
    add: (operation, outcome, latencyMs) => {
      const { outcomes, winners, losers, all } = counters[operation];
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (outcome === NO_ANSWER) return;
      all.record(latencyMs);
      (outcome === SUCCESS[operation] ? winners : losers).record(latencyMs);
    },
    count: (operation, outcome) => counters[operation].outcomes.get(outcome) ?? 0,
    summary: () =>
      OPERATIONS.filter((operation) => counters[operation].outcomes.size > 0).map((operation) => {
        const { outcomes, winners, losers, all } = counters[operation];
        return {
          operation,
          outcomes: [...outcomes].sort(([, one], [, other]) => other - one),
          winners: winners.summary(),
          losers: losers.summary(),
          all: all.summary(),
        };
      }),
  };
}

function createCounter() {
  return {
    outcomes: new Map<string, number>(),
    winners: createLatencyRecorder(),
    losers: createLatencyRecorder(),
    all: createLatencyRecorder(),
  };
}
