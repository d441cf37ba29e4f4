/** The catalogue rows that a performance needs on its new server: its concert, its venue with all seats, the currency. */
import { readCurrency } from '../../catalogue/currency.ts';
import { takeTurns } from '../../catalogue/import/import.ts';
import { whatHasMoney, writeCurrency } from '../../catalogue/import/set-currency.ts';
import { commit } from '../../db/database.ts';
import type { Database, Reader, Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { ServersRefused } from '../servers/this-server.ts';
import { STATEMENT_TIMEOUT_MS } from './timeouts.ts';

// Numbers and labels, which reservations and buyers name, and grades, which prices are by.
const markVenue = statement({
  name: 'move_mark_venue',
  group: 'catalogue',
  params: ['text'],
  columns: { mark: 'text?' },
  text: `
    select
      md5(
        (
          select coalesce(string_agg(concat_ws(' ', s.seat_number, s.label, s.grade), e'\\n' order by s.seat_number), '')
          from venue_seat as s
          where s.venue_id = $1
        ) || (
          select coalesce(string_agg(concat_ws(' ', r.seat_number, r.label), e'\\n' order by r.seat_number), '')
          from venue_seat_removed as r
          where r.venue_id = $1
        )
      ) as mark
    from venue as v
    where v.venue_id = $1`,
});

const readPlan = statement({
  name: 'move_read_catalogue',
  group: 'catalogue',
  params: ['text'],
  columns: { venue_id: 'text', concert_id: 'text', venue: 'text', concert: 'text' },
  text: `
    select
      v.venue_id::text as venue_id,
      c.concert_id::text as concert_id,
      to_json(v)::text as venue,
      to_json(c)::text as concert
    from performance as p
    join venue as v on v.venue_id = p.venue_id
    join concert as c on c.concert_id = p.concert_id
    where p.performance_id = $1`,
});

const readSeats = statement({
  name: 'move_read_venue_seats',
  group: 'catalogue',
  params: ['text', 'integer', 'integer'],
  columns: { seats: 'text?', last: 'integer?' },
  text: `
    select json_agg(s)::text as seats, max(s.seat_number) as last
    from (
      select * from venue_seat as v
      where v.venue_id = $1 and v.seat_number > $2::integer
      order by v.seat_number
      limit $3::integer
    ) as s`,
});

const readRemoved = statement({
  name: 'move_read_removed_seats',
  group: 'catalogue',
  params: ['text'],
  columns: { seats: 'text?' },
  text: `select json_agg(r)::text as seats from venue_seat_removed as r where r.venue_id = $1`,
});

const writeConcert = statement({
  name: 'move_write_concert',
  group: 'catalogue',
  writes: true,
  params: ['text'],
  columns: {},
  text: `
    insert into concert (concert_id, title, description, hidden)
    select r.concert_id, r.title, r.description, r.hidden
    from json_populate_record(null::concert, ($1::text)::json) as r
    on conflict (concert_id) do nothing`,
});

const writeVenue = statement({
  name: 'move_write_venue',
  group: 'catalogue',
  writes: true,
  params: ['text'],
  columns: { venue_id: 'text' },
  text: `
    insert into venue (venue_id, name, outline, sections, revision, focus, time_zone)
    select r.venue_id, r.name, r.outline, r.sections, r.revision, r.focus, r.time_zone
    from json_populate_record(null::venue, ($1::text)::json) as r
    on conflict (venue_id) do nothing
    returning venue_id::text as venue_id`,
});

const writeSeats = statement({
  name: 'move_write_venue_seats',
  group: 'catalogue',
  writes: true,
  params: ['text'],
  columns: {},
  text: `
    insert into venue_seat (venue_id, seat_number, label, section, row_name, seat_name, grade, x, y)
    select r.venue_id, r.seat_number, r.label, r.section, r.row_name, r.seat_name, r.grade, r.x, r.y
    from json_populate_recordset(null::venue_seat, ($1::text)::json) as r`,
});

const writeRemoved = statement({
  name: 'move_write_removed_seats',
  group: 'catalogue',
  writes: true,
  params: ['text'],
  columns: {},
  text: `
    insert into venue_seat_removed (venue_id, seat_number, label)
    select r.venue_id, r.seat_number, r.label
    from json_populate_recordset(null::venue_seat_removed, ($1::text)::json) as r`,
});

const SEATS_PER_STATEMENT = 10_000;

/** The mark of a venue's seats: equal where all seats are. Empty for a venue that is not there. */
export async function venueMark(reader: Reader, venueId: string): Promise<string> {
  const [row] = await reader.read(markVenue, [venueId]);
  return row?.mark ?? '';
}

/**
 * Writes what the target lacks, before the sale is interrupted. Returns the mark of the venue there; undefined for a performance
 * that is not at the source. Throws `ServersRefused` where the two servers' catalogues contradict each other.
 */
export async function prepareCatalogue(
  source: Database,
  target: Database,
  performanceId: string,
): Promise<string | undefined> {
  const plan = await source.connect(async (connection) => {
    const [found] = await connection.read(readPlan, [performanceId]);
    return found && { ...found, currency: (await readCurrency(connection)).currency };
  });
  if (plan === undefined) return undefined;
  const mark = await target.connect((connection) =>
    connection.transaction({ statementTimeoutMs: STATEMENT_TIMEOUT_MS }, async (tx) => {
      await tx.run(takeTurns, []);
      await bringCurrency(tx, plan.currency);
      await tx.run(writeConcert, [plan.concert]);
      const made = await tx.run(writeVenue, [plan.venue]);
      if (made.length > 0) await copySeats(source, tx, plan.venue_id);
      return commit(await venueMark(tx, plan.venue_id));
    }),
  );
  const atSource = await source.connect((connection) => venueMark(connection, plan.venue_id));
  if (mark !== atSource) throw new ServersRefused(otherVenue(plan.venue_id));
  return mark;
}

/** The line about a venue that two servers have with different seats. */
export function otherVenue(venueId: string): string {
  return `the two servers have the venue "${venueId}" with different seats: import its catalogue first`;
}

async function bringCurrency(tx: Transaction, currency: string): Promise<void> {
  const { currency: there } = await readCurrency(tx);
  if (there === currency) return;
  if ((await whatHasMoney(tx)) !== undefined) {
    throw new ServersRefused(`the target has amounts in ${there}, and the performance's are in ${currency}`);
  }
  await tx.run(writeCurrency, [currency]);
}

async function copySeats(source: Database, tx: Transaction, venueId: string): Promise<void> {
  for (let after = 0; ;) {
    const from = after;
    const [read] = await source.connect((connection) =>
      connection.read(readSeats, [venueId, from, SEATS_PER_STATEMENT]),
    );
    if (read === undefined || read.last === null || read.seats === null) break;
    await tx.run(writeSeats, [read.seats]);
    after = read.last;
  }
  const [removed] = await source.connect((connection) => connection.read(readRemoved, [venueId]));
  const seats = removed?.seats ?? null;
  if (seats !== null) await tx.run(writeRemoved, [seats]);
}
