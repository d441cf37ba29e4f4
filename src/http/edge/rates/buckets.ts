/**
 * Token buckets, one per client, by the generic cell rate algorithm (GCRA, ITU-T I.371 annex A): of each client only the
 * time is kept at which its bucket will be full again. A request moves that time on by what a token takes to be refilled,
 * and is admitted while it is no further ahead than a whole bucket takes. A client whose time has passed has a full
 * bucket, like one that was never seen, so it need not be remembered.
 */

/** So many requests at once, and so many a second on average. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Buckets {
  /** Takes a token of this client. Returns 0 when there was one, else the milliseconds until there is. */
  take(client: string): number;
  /** Takes tokens that may not be there: the client owes the rest, and waits until that is refilled too. */
  drain(client: string, tokens: number): void;
  /** How many tokens the bucket lacks, rounded up; more than its size when the client owes some. */
  missing(client: string): number;
  /** Fills the client's bucket. */
  fill(client: string): void;
}

/**
 * Clients in one generation, and there are two. One is replaced as soon as all its buckets are full, so only a flood
 * of more clients than this within the time that a bucket takes to fill makes any be forgotten early: those that have
 * been quiet the longest.
 */
const CLIENTS_MAX = 100_000;
/** Sums of fractions of milliseconds are not exact. */
const TOLERANCE_MS = 0.001;

/** @param debtsMax How many buckets' worth of tokens a client may lack; 1 where nobody drains. */
export function createBuckets({ perSecond, burst }: Rate, debtsMax = 1): Buckets {
  const tokenMs = 1_000 / perSecond;
  const bucketMs = burst * tokenMs;
  const debtMsMax = debtsMax * bucketMs;
  /** By client, when its bucket is full. What the newer generation lacks may be in the older one. */
  let newer = new Map<string, number>();
  let older = newer;
  let newerSince = Number.NEGATIVE_INFINITY;

  function fullAt(client: string, now: number): number {
    // After this time every bucket is full that is only in the older generation.
    if (now - newerSince >= debtMsMax || newer.size >= CLIENTS_MAX) {
      older = newer;
      newer = new Map();
      newerSince = now;
    }
    return Math.max(now, newer.get(client) ?? older.get(client) ?? now);
  }

  return {
    take: (client) => {
      const now = performance.now();
      const full = fullAt(client, now);
      const waitMs = full + tokenMs - now - bucketMs;
      const isAdmitted = waitMs <= TOLERANCE_MS;
      newer.set(client, isAdmitted ? full + tokenMs : full);
      return isAdmitted ? 0 : waitMs;
    },
    drain: (client, tokens) => {
      const now = performance.now();
      newer.set(client, Math.min(fullAt(client, now) + tokens * tokenMs, now + debtMsMax));
    },
    missing: (client) => {
      const now = performance.now();
      return Math.max(0, Math.ceil((fullAt(client, now) - now - TOLERANCE_MS) / tokenMs));
    },
    fill: (client) => {
      newer.delete(client);
      older.delete(client);
    },
  };
}
