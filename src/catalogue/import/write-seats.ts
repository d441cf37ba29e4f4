/**
 * Brings the seats on sale in line with their venue's map and their performance's prices. Each step compares
 * and writes with one statement over the performance's seats, so 50,000 unchanged seats cost one read.
 */
import type { Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import type { PerformanceOnSale } from './plan.ts';
import type { ProblemList } from './document/problems.ts';
import { listed } from './document/problems.ts';

export interface SeatsOnSaleCounts {
  readonly added: number;
  readonly removed: number;
  readonly repriced: number;
}

const NO_CHANGES: SeatsOnSaleCounts = { added: 0, removed: 0, repriced: 0 };

/** Call it after writing the venue and the prices. Adds a problem for each seat that may not change. */
export async function writeSeatsOnSale(
  tx: Transaction,
  { performanceId, venueId, venue }: PerformanceOnSale,
  problems: ProblemList,
): Promise<SeatsOnSaleCounts> {
  const regraded = venue?.regraded ?? [];
  const [locked] = await tx.run(lockSeats, [performanceId, venueId, regraded.map((seat) => seat.number)]);
  const taken = locked?.taken ?? [];
  if (taken.length > 0) {
    const labelOf = new Map(
      [...regraded, ...(venue?.removed ?? [])].map((seat) => [seat.number, seat.label]),
    );
    const labels = taken.map((seat) => labelOf.get(seat) ?? `number ${seat}`);
    const rule = `a sold or held seat may not be removed or moved to another grade: ${listed(labels)}`;
    problems.add(`${venue?.venue.path ?? ''}/sections`, `${rule} (performance "${performanceId}")`);
    return NO_CHANGES;
  }
  const hasChanges = locked !== undefined && locked.seats > 0;
  const [removed] = hasChanges ? await tx.run(removeSeats, [performanceId, venueId]) : [];
  const [repriced] = hasChanges ? await tx.run(repriceSeats, [performanceId, venueId]) : [];
  const [added] = await tx.run(addSeats, [performanceId, venueId]);
  return { added: added?.seats ?? 0, removed: removed?.seats ?? 0, repriced: repriced?.seats ?? 0 };
}

// Locks, in order of number, every seat that the next statements write, and no other: an unchanged seat can
// be held during the import. The seats come as a join, because `= any($3)` would compare each with the whole
// list. The clock is read after the locks. `taken` are the seats that prevent the import.
const lockSeats = statement({
  name: 'import_lock_seats',
  group: 'catalogue',
  writes: true,
  params: ['text', 'text', 'integer[]'],
  columns: { seats: 'integer', taken: 'integer[]' },
  text: `
    with target as materialized (
      select s.seat_number, s.state, s.held_until, v.seat_number is null or r.seat_number is not null as moved
      from seat as s
      left join venue_seat as v on v.venue_id = $2 and v.seat_number = s.seat_number
      left join performance_grade as g on g.performance_id = s.performance_id and g.grade = v.grade
      left join unnest($3::integer[]) as r (seat_number) on r.seat_number = s.seat_number
      where s.performance_id = $1
        and (
          v.seat_number is null
          or r.seat_number is not null
          or s.list_price <> g.price
        )
      order by s.seat_number
      for no key update of s
    )
    select
      count(*)::integer as seats,
      coalesce(array_agg(t.seat_number order by t.seat_number) filter (
        where t.moved and (t.state = 'sold' or t.held_until > clock_timestamp())
      ), '{}') as taken
    from target as t`,
});

// An expired hold may still name the seat; its reservation reads as expired either way.
const removeSeats = statement({
  name: 'import_remove_seats_on_sale',
  group: 'catalogue',
  writes: true,
  params: ['text', 'text'],
  columns: { seats: 'integer' },
  text: `
    with removed as (
      delete from seat as s
      where s.performance_id = $1
        and s.seat_number not in (select v.seat_number from venue_seat as v where v.venue_id = $2)
      returning 1
    )
    select count(*)::integer as seats from removed`,
});

// Applies in any state: the next hold takes the new price, also of a seat that is sold now and refunded
// later. `price` keeps what the last claim took. The version does not rise, because the seat's state does not
// change.
const repriceSeats = statement({
  name: 'import_reprice_seats',
  group: 'catalogue',
  writes: true,
  params: ['text', 'text'],
  columns: { seats: 'integer' },
  text: `
    with repriced as (
      update seat as s
      set list_price = g.price
      from venue_seat as v
      join performance_grade as g on g.grade = v.grade
      where v.venue_id = $2
        and g.performance_id = $1
        and s.performance_id = $1
        and s.seat_number = v.seat_number
        and s.list_price <> g.price
      returning 1
    )
    select count(*)::integer as seats from repriced`,
});

// Finds existing seats by the key, one by one. With statistics of only a few seats, "not exists" was planned
// as a loop over all seats for each seat, and took minutes for fifty thousand.
const addSeats = statement({
  name: 'import_add_seats_on_sale',
  group: 'catalogue',
  writes: true,
  params: ['text', 'text'],
  columns: { seats: 'integer' },
  text: `
    with added as (
      insert into seat (performance_id, seat_number, list_price)
      select g.performance_id, v.seat_number, g.price
      from venue_seat as v
      join performance_grade as g on g.grade = v.grade
      where v.venue_id = $2
        and g.performance_id = $1
      order by v.seat_number
      on conflict (performance_id, seat_number) do nothing
      returning 1
    )
    select count(*)::integer as seats from added`,
});
