/** Writes a venue and its seats, in batches of one statement each. */
import type { Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import type { NumberedSeat, VenuePlan } from './plan-venue.ts';

/** Seats per statement: a few megabytes of parameters at most. */
const BATCH_SIZE = 10_000;

export async function writeVenue(tx: Transaction, plan: VenuePlan): Promise<void> {
  if (plan.status === 'unchanged') return;
  const { venueId, name, outline, focus, sections } = plan.venue;
  const values = [
    venueId,
    JSON.stringify(name),
    JSON.stringify(outline),
    focus === null ? null : JSON.stringify(focus),
    JSON.stringify(sections),
    plan.timeZone,
  ] as const;
  await tx.run(plan.status === 'created' ? insertVenue : updateVenue, values);
  for (const batch of batchesOf(plan.removed.map((seat) => seat.number))) {
    await tx.run(removeSeats, [venueId, batch]);
  }
  for (const batch of batchesOf(plan.changed)) await tx.run(changeSeats, [venueId, ...placesOf(batch)]);
  for (const batch of batchesOf(plan.added)) {
    await tx.run(addSeats, [venueId, ...placesOf(batch), batch.map((seat) => seat.label)]);
  }
}

function* batchesOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += BATCH_SIZE) yield all.slice(start, start + BATCH_SIZE);
}

function placesOf(seats: readonly NumberedSeat[]) {
  return [
    seats.map((seat) => seat.number),
    seats.map((seat) => seat.grade),
    seats.map((seat) => seat.x),
    seats.map((seat) => seat.y),
  ] as const;
}

const insertVenue = statement({
  name: 'import_insert_venue',
  group: 'catalogue',
  writes: true,
  params: ['text', 'jsonb', 'jsonb', 'jsonb?', 'jsonb', 'text'],
  columns: {},
  text: `
    insert into venue (venue_id, name, outline, focus, sections, time_zone)
    values ($1, $2, $3, $4, $5, $6)`,
});

const updateVenue = statement({
  name: 'import_update_venue',
  group: 'catalogue',
  writes: true,
  params: ['text', 'jsonb', 'jsonb', 'jsonb?', 'jsonb', 'text'],
  columns: {},
  text: `
    update venue as v
    set name = $2, outline = $3, focus = $4, sections = $5, time_zone = $6, revision = v.revision + 1
    where v.venue_id = $1`,
});

// The number keeps its label: it moves to the table of removed seats in the same statement.
const removeSeats = statement({
  name: 'import_remove_seats',
  group: 'catalogue',
  writes: true,
  params: ['text', 'integer[]'],
  columns: {},
  text: `
    with removed as (
      delete from venue_seat as v
      where v.venue_id = $1 and v.seat_number = any($2)
      returning v.venue_id, v.seat_number, v.label
    )
    insert into venue_seat_removed (venue_id, seat_number, label)
    select r.venue_id, r.seat_number, r.label from removed as r`,
});

const changeSeats = statement({
  name: 'import_change_seats',
  group: 'catalogue',
  writes: true,
  params: ['text', 'integer[]', 'text[]', 'real[]', 'real[]'],
  columns: {},
  text: `
    update venue_seat as v
    set grade = c.grade, x = c.x, y = c.y
    from unnest($2::integer[], $3::text[], $4::real[], $5::real[]) as c (seat_number, grade, x, y)
    where v.venue_id = $1 and v.seat_number = c.seat_number`,
});

// A label is section, row and seat, joined by hyphens; the parts contain none.
const addSeats = statement({
  name: 'import_add_seats',
  group: 'catalogue',
  writes: true,
  params: ['text', 'integer[]', 'text[]', 'real[]', 'real[]', 'text[]'],
  columns: {},
  text: `
    with returned as (
      delete from venue_seat_removed as r
      where r.venue_id = $1 and r.seat_number = any($2)
    )
    insert into venue_seat (venue_id, seat_number, grade, x, y, label, section, row_name, seat_name)
    select
      $1, a.seat_number, a.grade, a.x, a.y, a.label,
      split_part(a.label, '-', 1), split_part(a.label, '-', 2), split_part(a.label, '-', 3)
    from unnest($2::integer[], $3::text[], $4::real[], $5::real[], $6::text[])
      as a (seat_number, grade, x, y, label)`,
});
