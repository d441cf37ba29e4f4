/** Which rates there are, and the counts by which a server keeps them. */
import type { Rate } from './buckets.ts';
import { createBuckets } from './buckets.ts';

/**
 * What is counted: an account's requests; an address's requests that need no token; its sign-ins; its requests with a token
 * that is refused.
 */
export type RateName = 'account' | 'address' | 'sign-in' | 'unidentified';

/** Undefined for no bound. */
export type Rates = Readonly<Record<RateName, Rate | undefined>>;

/** A request too many. */
export interface Exceeded {
  readonly name: RateName;
  readonly rate: Rate;
  /** How long until the next request is admitted. */
  readonly waitMs: number;
}

export interface RateLimiter {
  /** Counts a client's request; undefined if it is admitted. */
  take(name: RateName, client: string): Exceeded | undefined;
}

/** The counts of one client kind: returns 0, or how many milliseconds to wait. */
export type Take = (client: string) => number;

/** A limiter of one process. */
export function createRateLimiter(rates: Rates): RateLimiter {
  return limiterOf(rates, (_name, rate) => {
    const buckets = createBuckets(rate);
    return (client) => buckets.take(client);
  });
}

/** A limiter whose counts the caller makes, for each rate that is bounded. */
export function limiterOf(rates: Rates, takeOf: (name: RateName, rate: Rate) => Take): RateLimiter {
  const counted = new Map<RateName, { readonly rate: Rate; readonly take: Take }>();
  for (const name of Object.keys(rates) as RateName[]) {
    const rate = rates[name];
    if (rate !== undefined) counted.set(name, { rate, take: takeOf(name, rate) });
  }
  return {
    take: (name, client) => {
      const found = counted.get(name);
      if (found === undefined) return undefined;
      const waitMs = found.take(client);
      return waitMs === 0 ? undefined : { name, rate: found.rate, waitMs };
    },
  };
}
