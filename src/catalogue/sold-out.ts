/** Which performances have sold every seat, without counting halls for each reader of the concerts. */
import type { Reader } from '../db/database.ts';
import { statement } from '../db/statement.ts';

export interface SoldOut {
  /** Those of the performances that had sold every seat when each was last looked at, a few seconds ago. */
  among(reader: Reader, performanceIds: readonly string[]): Promise<ReadonlySet<string>>;
}

const FRESH_MS = 5_000;
/** A look that takes long, at many large halls that are sold out, lasts longer: looks take a twentieth of the time at most. */
const FRESH_PER_LOOK = 20;

// The look ends at the first seat that is not sold: only a hall that is sold out is read whole, by its key. A subquery per
// performance, because the planner would turn `not exists` into one join that reads every seat of the database.
const findSoldOut = statement({
  name: 'catalogue_sold_out',
  group: 'performance',
  params: ['text[]'],
  columns: { performance_id: 'text' },
  text: `
    select w.performance_id
    from unnest($1::text[]) as w (performance_id)
    where (
      select s.state from seat as s where s.performance_id = w.performance_id and s.state <> 'sold' limit 1
    ) is null
      and (select s.state from seat as s where s.performance_id = w.performance_id limit 1) is not null`,
});

/** Remembers what it has seen; `nowMs` is a monotonic clock. */
export function createSoldOut(nowMs: () => number = () => performance.now()): SoldOut {
  const looks = new Map<string, { readonly isSoldOut: boolean; readonly freshUntilMs: number }>();
  return {
    async among(reader, performanceIds) {
      const beganAtMs = nowMs();
      for (const [performanceId, { freshUntilMs }] of looks) {
        if (freshUntilMs <= beganAtMs) looks.delete(performanceId);
      }
      // Taken before the wait, during which another call may forget them.
      const soldOut = new Set(
        performanceIds.filter((performanceId) => looks.get(performanceId)?.isSoldOut === true),
      );
      const unknown = performanceIds.filter((performanceId) => !looks.has(performanceId));
      if (unknown.length > 0) {
        const found = new Set((await reader.read(findSoldOut, [unknown])).map((row) => row.performance_id));
        const endedAtMs = nowMs();
        const freshUntilMs = endedAtMs + Math.max(FRESH_MS, FRESH_PER_LOOK * (endedAtMs - beganAtMs));
        for (const performanceId of unknown) {
          looks.set(performanceId, { isSoldOut: found.has(performanceId), freshUntilMs });
        }
        for (const performanceId of found) soldOut.add(performanceId);
      }
      return soldOut;
    },
  };
}
