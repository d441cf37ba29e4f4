import { databaseOptions, openDatabase } from '../db/database.ts';
import type { DatabaseOptions } from '../db/database.ts';
import { seatMapOf } from './context.ts';
import type { BoxOfficeContext } from './context.ts';
import { createSeatWatching } from '../seats/watching.ts';
import type { SeatWatching } from '../seats/watching.ts';

/** At most four readings a second. */
export const WATCH_INTERVAL_MS = 250;

export interface WatchingOptions {
  readonly databaseUrl: string;
  readonly database?: Partial<Omit<DatabaseOptions, 'url'>>;
  readonly watchIntervalMs?: number;
  readonly onWarning?: (line: string) => void;
}

/**
 * The watching of a box office, on a connection of its own that is opened when somebody watches: a storm of buyers that
 * wait for the pool does not stop the pictures of those who look on.
 */
export function openSeatWatching(context: BoxOfficeContext, options: WatchingOptions): SeatWatching {
  const database = openDatabase({
    ...databaseOptions(options.databaseUrl, options.database),
    poolSize: 1,
  });
  const watching = createSeatWatching({
    database,
    mapRevisionOf: async (performanceId) => {
      const map = await seatMapOf(context, performanceId);
      return map === undefined || 'outcome' in map ? undefined : map.revision;
    },
    intervalMs: options.watchIntervalMs ?? WATCH_INTERVAL_MS,
    onWarning: options.onWarning,
  });
  return {
    ...watching,
    close: async () => {
      await watching.close();
      await database.close();
    },
  };
}
