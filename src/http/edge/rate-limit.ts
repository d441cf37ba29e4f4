/** Counts what one client asks for in a window of time. */
export interface RateLimiter {
  /** Counts one more request of this client; false when it is one too many. */
  admits(client: string): boolean;
}

/** Clients counted at once; beyond that all counts are reset, so that memory stays bounded. */
const CLIENTS_MAX = 100_000;

/** A limiter with fixed windows: around the change of a window twice as many requests may pass. */
export function createRateLimiter(rate: {
  readonly requests: number;
  readonly windowMs: number;
}): RateLimiter {
  let counts = new Map<string, number>();
  let windowEndsAt = 0;
  return {
    admits: (client) => {
      const now = performance.now();
      if (now >= windowEndsAt || counts.size >= CLIENTS_MAX) {
        counts = new Map();
        windowEndsAt = now + rate.windowMs;
      }
      const count = (counts.get(client) ?? 0) + 1;
      counts.set(client, count);
      return count <= rate.requests;
    },
  };
}
