/** How long the oldest hold has been expired that no sweep has written down yet. */
import type { Reader } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';

/** A hold may be committed so long after the moment from which its time counts. */
const LATE_COMMIT_MS = 60_000;

// Like a sweep, it begins where nothing older is left, so that the block range index passes over all that was swept. The
// first reading looks back one day. `clock_timestamp()` would be no condition of the index.
const readOldest = statement({
  name: 'figures_oldest_expired',
  group: 'performance',
  params: ['timestamp with time zone?'],
  columns: { at: 'timestamp with time zone', oldest: 'timestamp with time zone?' },
  text: `
    select statement_timestamp() as at, (
      select min(r.expires_at)
      from reservation as r
      where r.expires_at >= coalesce($1::timestamp with time zone, statement_timestamp() - interval '1 day')
        and r.expires_at <= statement_timestamp()
        and r.state = 'held'
    ) as oldest`,
});

/** Creates the reading, in seconds; 0 when every expired hold is swept. */
export function createSweeperLag(): (reader: Reader) => Promise<number> {
  let from: Date | null = null;
  return async (reader) => {
    const [row] = await reader.read(readOldest, [from]);
    if (row === undefined) throw new Error('a statement without a condition gave no row');
    const { at, oldest } = row;
    from = oldest ?? new Date(at.getTime() - LATE_COMMIT_MS);
    return oldest === null ? 0 : Math.max(0, (at.getTime() - oldest.getTime()) / 1_000);
  };
}
