/** The map of performances to servers in this process's memory. A performance that was found costs a look-up. */
import type { Database } from '../../db/database.ts';
import { sharedNextRun } from '../../lib/next-run.ts';
import { createWeightedCache } from '../../lib/weighted-cache.ts';
import { readPlace, readPlaces } from './map-rows.ts';

export interface PerformanceMap {
  /** The performance's server, as far as memory knows; undefined for one that must be looked for. */
  known(performanceId: string): string | undefined;
  /** Looks for the performance at home, where memory has no recent answer; undefined for none. Throws the database's errors. */
  find(performanceId: string): Promise<string | undefined>;
  /** Forgets where the performance is: it has moved. */
  forget(performanceId: string): void;
  /** Reads all of the map. Throws the database's errors. */
  load(): Promise<void>;
}

/** How long nothing is looked for again that was not found. */
const MISSED_FOR_MS = 1_000;
const MISSED_MAX = 10_000;

/** Opens the map of the home's database; `nowMs` is a monotonic clock. */
export function createPerformanceMap(
  home: Pick<Database, 'connect'>,
  nowMs: () => number = () => performance.now(),
): PerformanceMap {
  const places = new Map<string, string>();
  const missed = createWeightedCache<number>(MISSED_MAX, () => 1);
  const look = sharedNextRun(async (performanceId) => {
    const server = await home.connect((connection) => readPlace(connection, performanceId));
    if (server === undefined) missed.set(performanceId, nowMs());
    else places.set(performanceId, server);
    return server;
  });
  return {
    known: (performanceId) => places.get(performanceId),
    find: async (performanceId) => {
      const missedAtMs = missed.get(performanceId) ?? -Infinity;
      return nowMs() - missedAtMs < MISSED_FOR_MS ? undefined : look(performanceId);
    },
    forget: (performanceId) => void places.delete(performanceId),
    load: async () => {
      for (const [performanceId, server] of await home.connect(readPlaces)) places.set(performanceId, server);
    },
  };
}
