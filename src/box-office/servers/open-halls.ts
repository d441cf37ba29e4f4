import type { SeatMaps } from '../../catalogue/seat-map/seat-map.ts';
import { databaseOptions, openDatabase } from '../../db/database.ts';
import type { Database, DatabaseOptions } from '../../db/database.ts';
import { changesOf } from '../../seats/changes.ts';
import { createHalls } from '../../seats/halls.ts';
import type { Halls } from '../../seats/halls.ts';
import { createSeatWatching } from '../../seats/watching.ts';
import type { SeatWatching } from '../../seats/watching.ts';
import { seatMapOf } from '../context.ts';

/** At most four readings a second. */
export const WATCH_INTERVAL_MS = 250;

export interface HallsOptions {
  readonly databaseUrl: string;
  readonly database?: Partial<Omit<DatabaseOptions, 'url'>>;
  readonly watchIntervalMs?: number;
  readonly onWarning?: (line: string) => void;
  /** Makes the database refuse at once while its server is away. */
  readonly guard?: (database: Database) => Database;
}

export interface OpenHalls {
  readonly halls: Halls;
  readonly watching: SeatWatching;
  /** The connection of the readings. */
  readonly database: Database;
  /** Ends every watch, and closes the connection. */
  close(): Promise<void>;
}

/**
 * Opens the one reader of the halls' seats, and watching on it. They have a connection of their own, opened
 * by the first reading, so that watchers and a crowd's losers do not wait behind buyers for the pool.
 */
export function openHalls(seatMaps: SeatMaps, options: HallsOptions): OpenHalls {
  const { guard = (unguarded: Database) => unguarded } = options;
  const database = guard(
    openDatabase({ ...databaseOptions(options.databaseUrl, options.database), poolSize: 1 }),
  );
  const halls = createHalls({
    read: changesOf(database),
    mapRevisionOf: async (performanceId) => {
      const map = await seatMapOf({ seatMaps }, performanceId);
      return map === undefined || 'outcome' in map ? undefined : map.revision;
    },
  });
  const watching = createSeatWatching({
    halls,
    intervalMs: options.watchIntervalMs ?? WATCH_INTERVAL_MS,
    onWarning: options.onWarning,
  });
  return {
    halls,
    watching,
    database,
    close: async () => {
      await watching.close();
      await database.close();
    },
  };
}
