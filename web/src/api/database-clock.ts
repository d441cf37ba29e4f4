/**
 * The database's time as this page can best know it.
 *
 * Holds expire by the database's clock, so a countdown must run by it: phones are minutes off. Every answer that carries
 * `at` is a sample; the database read its clock somewhere between sending and receiving, so the sample with the shortest
 * round trip is the best. `performance.now()` carries it on, which nobody can set.
 */

/** Assumed maximum drift (0.1 %): an older sample is replaced once its drift exceeds the newer one's extra round-trip time. */
const DRIFT = 0.001;
/** Beyond what both samples allow: the computer slept, or the database's clock was set. */
const JUMP_MS = 250;

interface Sample {
  readonly offsetMs: number;
  readonly roundTripMs: number;
  readonly receivedAtMs: number;
}

export interface DatabaseClock {
  note(at: string, sentAtMs: number, receivedAtMs: number): void;
  nowMs(performanceNowMs: number): number;
}

export function createDatabaseClock(wallClockMs: () => number = Date.now): DatabaseClock {
  let best: Sample | undefined;
  let shownMs = -Infinity;
  return {
    note(at, sentAtMs, receivedAtMs) {
      const databaseMs = Date.parse(at);
      const roundTripMs = receivedAtMs - sentAtMs;
      if (Number.isNaN(databaseMs) || !(roundTripMs >= 0)) return;
      const sample = { offsetMs: databaseMs - (sentAtMs + receivedAtMs) / 2, roundTripMs, receivedAtMs };
      if (best === undefined || disagree(best, sample)) shownMs = -Infinity;
      else if (roundTripMs > best.roundTripMs + (receivedAtMs - best.receivedAtMs) * DRIFT) return;
      best = sample;
    },
    nowMs(performanceNowMs) {
      if (best === undefined) return wallClockMs();
      // A better sample may be some ms earlier: the clock then waits for it rather than run backwards.
      shownMs = Math.max(shownMs, performanceNowMs + best.offsetMs);
      return shownMs;
    },
  };
}

function disagree(a: Sample, b: Sample): boolean {
  const drift = Math.abs(b.receivedAtMs - a.receivedAtMs) * DRIFT;
  return Math.abs(a.offsetMs - b.offsetMs) > (a.roundTripMs + b.roundTripMs) / 2 + drift + JUMP_MS;
}

const clock = createDatabaseClock();

/** Learns from an answer whose `at` is the database's time; both other times are `performance.now()`. */
export function noteDatabaseTime(at: string, sentAtMs: number, receivedAtMs: number): void {
  clock.note(at, sentAtMs, receivedAtMs);
}

/** Milliseconds since 1970 by the database's clock; by the phone's until the first answer came. */
export function databaseNowMs(): number {
  return clock.nowMs(performance.now());
}
