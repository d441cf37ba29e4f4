/**
 * Keeps the rates of a service of several processes, without asking another one about a request. Each process has whole
 * buckets of its own, because a client with one connection reaches one process. What a client uses beyond its share in a
 * process (rate and burst, divided by the processes) goes to the others, which drain their buckets by it; from then on
 * every process reports all that this client uses, until its bucket is full again.
 *
 * The others learn of a use within two report intervals and two messages. Until then a client with connections to several
 * processes may use a bucket of each: at most `processes` bursts at once. It owes what goes beyond one burst, so in the long
 * run it gets the rate.
 */
import type { Buckets, Rate } from './buckets.ts';
import { createBuckets } from './buckets.ts';
import type { RateLimiter, RateName, Rates, Take } from './limiter.ts';
import { limiterOf } from './limiter.ts';

/** Requests that clients have sent, for other processes. */
export type Uses = readonly (readonly [name: RateName, client: string, requests: number])[];

/** The longest time between a use and the message that tells it, and the shortest between two messages. */
export const REPORT_INTERVAL_MS = 100;
/** So many clients' uses are reported at a time; those of more count in one process only. */
const REPORTED_MAX = 10_000;

export interface SharedRateLimiter extends RateLimiter {
  /** Counts what other processes have admitted. */
  learn(uses: Uses): void;
}

interface Sharing {
  readonly take: Take;
  learn(client: string, requests: number): void;
}

/** A limiter of one of several processes. `tell` sends uses to all others. */
export function createSharedRateLimiter(
  rates: Rates,
  processes: number,
  tell: (uses: Uses) => void,
): SharedRateLimiter {
  const report = createUseReport(tell);
  const shared = new Map<RateName, Sharing>();
  const limiter = limiterOf(rates, (name, rate) => {
    const sharing = shareRate(rate, processes, (client, requests) => report.add(name, client, requests));
    shared.set(name, sharing);
    return sharing.take;
  });
  return {
    ...limiter,
    learn: (uses) => {
      for (const [name, client, requests] of uses) shared.get(name)?.learn(client, requests);
    },
  };
}

function shareRate(rate: Rate, processes: number, use: (client: string, requests: number) => void): Sharing {
  const own = createBuckets(rate, processes);
  const share = createBuckets({
    perSecond: rate.perSecond / processes,
    burst: Math.max(1, Math.floor(rate.burst / processes)),
  });
  /** The clients whose every use is reported. */
  const reported = new Set<string>();

  /** Reports what it has used so far, too. False if too many clients are reported already. */
  function reportFromNowOn(client: string): boolean {
    if (reported.size >= REPORTED_MAX) forgetFull(reported, own);
    if (reported.size >= REPORTED_MAX) return false;
    reported.add(client);
    const untold = share.missing(client);
    share.fill(client);
    if (untold > 0) use(client, untold);
    return true;
  }

  return {
    take: (client) => {
      const waitMs = own.take(client);
      if (waitMs > 0) return waitMs;
      // Its bucket was full before this request.
      if (reported.has(client) && own.missing(client) <= 1) reported.delete(client);
      const isReported = reported.has(client) || (share.take(client) > 0 && reportFromNowOn(client));
      if (isReported) use(client, 1);
      return 0;
    },
    learn: (client, requests) => {
      own.drain(client, requests);
      if (!reported.has(client)) reportFromNowOn(client);
    },
  };
}

function forgetFull(reported: Set<string>, own: Buckets): void {
  for (const client of reported) if (own.missing(client) === 0) reported.delete(client);
}

/** Collects uses, and tells them together. */
export interface UseReport {
  add(name: RateName, client: string, requests: number): void;
}

export function createUseReport(tell: (uses: Uses) => void): UseReport {
  const untold = new Map<RateName, Map<string, number>>();
  let toldAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function tellNow(): void {
    const uses = [...untold].flatMap(([name, byClient]) =>
      [...byClient].map(([client, requests]) => [name, client, requests] as const),
    );
    untold.clear();
    timer = undefined;
    toldAt = performance.now();
    tell(uses);
  }

  return {
    add: (name, client, requests) => {
      const byClient = untold.get(name) ?? new Map<string, number>();
      untold.set(name, byClient.set(client, (byClient.get(client) ?? 0) + requests));
      timer ??= setTimeout(tellNow, Math.max(0, toldAt + REPORT_INTERVAL_MS - performance.now())).unref();
    },
  };
}
