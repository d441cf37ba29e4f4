/** Counts the answers of a sale under attack. */
import type { ServiceAnswer } from '../../../load/http-client.ts';
import { createLatencyRecorder } from '../../../load/latency-summary.ts';
import type { LoadResult } from '../../session.ts';

export interface Tally {
  /** Counts an answer to a request that was sent at this moment (`performance.now()`). */
  count(who: 'attacker' | 'buyer', answer: ServiceAnswer, sentAtMs: number): void;
  /** What a sample keeps: so many seats sold, and further counts. */
  result(sold: number, counts: Readonly<Record<string, number>>): LoadResult;
}

export function createTally(): Tally {
  const startedAtMs = performance.now();
  const outcomes: Record<string, number> = {};
  const winners = createLatencyRecorder();
  const losers = createLatencyRecorder();
  let lastSuccessMs = 0;
  return {
    count: (who, { status, refusal }, sentAtMs) => {
      const name = `${who}: ${refusal ?? 'created'}`;
      outcomes[name] = (outcomes[name] ?? 0) + 1;
      const now = performance.now();
      (status === 201 ? winners : losers).record(now - sentAtMs);
      if (who === 'buyer' && status === 201) lastSuccessMs = now - startedAtMs;
    },
    result: (sold, counts) => ({
      outcomes: { ...outcomes, ...counts },
      successes: sold,
      elapsedMs: performance.now() - startedAtMs,
      lastSuccessMs,
      winners: winners.summary(),
      losers: losers.summary(),
      statements: 0,
    }),
  };
}
