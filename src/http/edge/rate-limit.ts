/** Counts each client's requests in a window of time. */
export interface RateLimiter {
  /** Counts a request of this client; false if it exceeds the limit. */
  admits(client: string): boolean;
}

/** Clients counted at once; at more, all counts are reset, so that memory stays bounded. */
const CLIENTS_MAX = 100_000;

/** A limiter with fixed windows: twice as many requests may pass around the change of a window. */
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
