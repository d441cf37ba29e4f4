import { isRefusal } from '../../domain/outcomes.ts';
import { longestFreeRun } from '../../catalogue/best-available/chooser.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { sharedNextRun } from '../../lib/next-run.ts';
import { reading, seatMapOf } from '../context.ts';
import type { BoxOfficeContext } from '../context.ts';

/**
 * The length of a grade's longest run of free seats. Concurrent callers share a reading. It takes a
 * connection of its own: a caller must hold none.
 */
export type LongestFreeRun = (
  performanceId: string,
  grade: string,
) => Promise<number | Refusal<'contended' | 'overloaded'>>;

export function shareLongestFreeRun(
  context: Pick<BoxOfficeContext, 'database' | 'seatMaps'>,
): LongestFreeRun {
  const read = sharedNextRun(async (key) => {
    const [performanceId, grade] = JSON.parse(key) as [string, string];
    const map = await seatMapOf(context, performanceId);
    if (map === undefined) return 0;
    if (isRefusal(map)) return map;
    return reading(context, (connection) => longestFreeRun(connection, map, grade));
  });
  return (performanceId, grade) => read(JSON.stringify([performanceId, grade]));
}
