import { describe, expect, it } from 'vitest';
import { ATTEMPT } from '../../../test/support/attempt.ts';
import type { Attempt } from '../measure/attempt.ts';
import { judgeProbe } from './probe.ts';

/** A request of a probe: when it was sent, how long it took, and its outcome. */
function attempt(request: number, sentMs: number, tookMs: number, outcome = 'topped_up'): Attempt {
  const answeredMs = sentMs + tookMs;
  return { ...ATTEMPT, request, sentMs, connectedMs: sentMs, workedMs: sentMs, answeredMs, outcome };
}

/** A thousand requests, one a millisecond. */
const thousand = (tookMs: (request: number) => number, outcome?: (request: number) => string): Attempt[] =>
  Array.from({ length: 1_000 }, (_, request) =>
    attempt(request, request, tookMs(request), outcome?.(request)),
  );

describe('a probe', () => {
  it('sustains a rate whose 99th percentile is within the bound', () => {
    // Ten of a thousand are slower.
    const probe = judgeProbe(
      thousand((request) => (request % 100 === 0 ? 500 : 20)),
      1_000,
      20,
    );
    expect(probe).toMatchObject({ p99Ms: 20, isSustained: true });
    const slow = judgeProbe(
      thousand((request) => (request % 90 === 0 ? 500 : 20)),
      1_000,
      20,
    );
    expect(slow).toMatchObject({ p99Ms: 500, isSustained: false });
  });

  it('counts what was not served as never answered, and a refusal as an answer', () => {
    const every = (nth: number, outcome: string): Attempt[] =>
      thousand(
        () => 1,
        (request) => (request % nth === 0 ? outcome : 'held'),
      );
    expect(judgeProbe(every(2, 'seat_taken'), 1_000, 20)).toMatchObject({ p99Ms: 1, isSustained: true });
    for (const outcome of ['contended', 'overloaded', 'outcome_unknown', 'error']) {
      expect(judgeProbe(every(50, outcome), 1_000, 20)).toMatchObject({ p99Ms: null, isSustained: false });
      expect(judgeProbe(every(200, outcome), 1_000, 20)).toMatchObject({ p99Ms: 1, isSustained: true });
    }
  });

  it('does not sustain a rate whose backlog grows, however wide the bound is', () => {
    // Served at 95 % of the rate: each request waits for all that is left over.
    const growing = thousand((request) => 5 + request * 0.05);
    const probe = judgeProbe(growing, 1_000, 10_000);
    expect(probe.backlogGrowth).toBeGreaterThan(0.04);
    expect(probe.isSustained).toBe(false);
    const steady = judgeProbe(
      thousand((request) => 5 + (request % 7)),
      1_000,
      10_000,
    );
    expect(Math.abs(steady.backlogGrowth)).toBeLessThan(0.005);
    expect(steady.isSustained).toBe(true);
  });

  it('takes a burst of a few requests for no growth', () => {
    const few = Array.from({ length: 40 }, (_, request) =>
      attempt(request, request * 25, request > 30 ? 100 : 5),
    );
    expect(judgeProbe(few, 40, 200).isSustained).toBe(true);
  });

  it('has no answer without requests', () => {
    expect(judgeProbe([], 10, 100)).toMatchObject({ p99Ms: null, isSustained: false, successesPerSecond: 0 });
  });
});
