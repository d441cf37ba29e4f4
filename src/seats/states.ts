/** Reads the states of all seats of a performance, which a client needs before it watches. */
import { createHash } from 'node:crypto';
import type { Reader } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import { CURSOR_COLUMNS, CURSOR_SQL } from './changes.ts';
import { formatSeatCursor } from './cursor.ts';

export interface SeatStates {
  readonly performanceId: string;
  /**
   * One character per seat number, from number 1: `f` free (expired holds included), `h` held, `s` sold, `-`
   * for a number without a seat.
   */
  readonly states: string;
  /** Equal for equal states of a performance; an ETag contains it. */
  readonly version: string;
  /** The database's time of these states. */
  readonly at: Date;
  /** Where to begin watching without missing a change. */
  readonly cursor: string;
}

// Returns one text for all seats instead of a row for each. The numbers come along only where some are
// missing, which only a removed seat causes. Both parts of the statement see the same snapshot. The time is
// the cursor's, to the millisecond, so that a hold counts as held exactly when it ends after the cursor.
const readStates = statement({
  name: 'seat_states',
  group: 'performance',
  params: ['text'],
  columns: { ...CURSOR_COLUMNS, states: 'text', numbers: 'integer[]?' },
  text: `
    with moment as materialized (
      select date_trunc('milliseconds', clock_timestamp()) as at
    ), seen as materialized (
      select
        coalesce(
          string_agg(
            case
              when s.state = 'sold' then 's'
              when s.held_until > (select m.at from moment as m) then 'h'
              else 'f'
            end,
            '' order by s.seat_number
          ),
          ''
        ) as states,
        max(s.seat_number) > count(*) as has_gaps
      from seat as s
      where s.performance_id = $1
    )
    select ${CURSOR_SQL.trim()},
      seen.states,
      case when seen.has_gaps then (
        select array_agg(s.seat_number order by s.seat_number) from seat as s where s.performance_id = $1
      ) end as numbers
    from performance as p
    join venue as v on v.venue_id = p.venue_id
    cross join seen
    cross join moment as m
    where p.performance_id = $1`,
});

/** Reads the state of every seat now, or undefined for an unknown performance. */
export async function readSeatStates(reader: Reader, performanceId: string): Promise<SeatStates | undefined> {
  const [row] = await reader.read(readStates, [performanceId]);
  if (row === undefined) return undefined;
  const states = row.numbers === null ? row.states : spread(row.states, row.numbers);
  // A hash of the states, because an expiry changes them without a write.
  const version = createHash('sha256').update(states).digest('base64url').slice(0, 22);
  return {
    performanceId,
    states,
    version,
    at: row.at,
    cursor: formatSeatCursor({ ...row, server: row.server ?? undefined }),
  };
}

/** Puts the i-th state at the i-th number. */
function spread(states: string, numbers: readonly number[]): string {
  const all = Array.from<string>({ length: numbers.at(-1) ?? 0 }).fill('-');
  for (const [i, number] of numbers.entries()) all[number - 1] = states[i]!;
  return all.join('');
}
