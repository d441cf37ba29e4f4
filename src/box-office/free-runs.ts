import { longestFreeRun } from '../catalogue/chooser.ts';
import type { SeatMaps } from '../catalogue/seat-map.ts';
import type { Database } from '../db/database.ts';
import { sharedNextRun } from '../lib/next-run.ts';

/**
 * How many free seats of a grade stand side by side at most, read once for all who ask meanwhile. It takes a connection of
 * its own: who asks must hold none. Errors: what the database says.
 */
export type LongestFreeRun = (performanceId: string, grade: string) => Promise<number>;

export function shareLongestFreeRun(database: Database, seatMaps: SeatMaps): LongestFreeRun {
  const read = sharedNextRun(async (key) => {
    const [performanceId, grade] = JSON.parse(key) as [string, string];
    const map = await seatMaps.get(performanceId);
    return map === undefined ? 0 : database.connect((connection) => longestFreeRun(connection, map, grade));
  });
  return (performanceId, grade) => read(JSON.stringify([performanceId, grade]));
}
