/** The check-in list: every valid ticket, because a ticket does not show its own refund. */
import type { Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { refuse } from '../../domain/outcomes.ts';
import { REFUNDING_SEATS_SQL } from '../../operations/pay/settlement/refunding-seats.ts';
import type { BoxOfficeContext } from '../context.ts';
import { inSnapshot } from './snapshot.ts';

export interface ValidTicket {
  /** The seat's label. */
  readonly seat: string;
  readonly reservationId: string;
  readonly accountId: string;
}

/** Every sold seat of a performance in one snapshot, by seat number; none of a cancelled one. */
export interface CheckInList {
  readonly performanceId: string;
  /** The database's time of the snapshot. */
  readonly at: Date;
  /** Nobody is admitted: the performance does not take place. */
  readonly cancelled: boolean;
  readonly tickets: readonly ValidTicket[];
}

// The first statement of the transaction takes the snapshot.
const readMoment = statement({
  name: 'check_in_list_moment',
  group: 'performance',
  params: ['text'],
  columns: { at: 'timestamp with time zone', cancelled: 'boolean' },
  text: `
    select clock_timestamp() as at, p.sale_state = 'cancelled' as cancelled
    from performance as p
    where p.performance_id = $1`,
});

// A stadium's list is read in pieces, so that other requests are answered in between.
const PIECE_SIZE = 5_000;

const readPiece = statement({
  name: 'check_in_list_piece',
  group: 'performance',
  params: ['text', 'integer', 'integer'],
  columns: { seat_number: 'integer', seat: 'text', reservation_id: 'uuid', account_id: 'text' },
  text: `
    select s.seat_number, m.label as seat, s.reservation_id, r.account_id::text as account_id
    from performance as p
    join seat as s on s.performance_id = p.performance_id
    join reservation as r on r.performance_id = s.performance_id and r.reservation_id = s.reservation_id
    join venue_seat as m on m.venue_id = p.venue_id and m.seat_number = s.seat_number
    where p.performance_id = $1
      and s.seat_number > $2
      and s.state = 'sold'
      and (r.state <> 'refunding' or s.seat_number <> all (${REFUNDING_SEATS_SQL}))
    order by s.seat_number
    limit $3::integer`,
});

/** The performance's valid tickets now. Refusals: `not_found`, and those of a database that can't answer. */
export async function readCheckInList(
  context: Pick<BoxOfficeContext, 'database'>,
  performanceId: string,
): Promise<CheckInList | Refusal<'not_found' | 'contended' | 'overloaded'>> {
  const read = await inSnapshot(context, async (tx) => {
    const [moment] = await tx.run(readMoment, [performanceId]);
    if (moment === undefined) return undefined;
    const { at, cancelled } = moment;
    return { performanceId, at, cancelled, tickets: cancelled ? [] : await ticketsIn(tx, performanceId) };
  });
  return read ?? refuse('not_found', { what: 'performance' });
}

async function ticketsIn(tx: Transaction, performanceId: string): Promise<readonly ValidTicket[]> {
  const tickets: ValidTicket[] = [];
  let after = 0;
  for (;;) {
    const piece = await tx.run(readPiece, [performanceId, after, PIECE_SIZE]);
    for (const row of piece) {
      tickets.push({ seat: row.seat, reservationId: row.reservation_id, accountId: row.account_id });
    }
    if (piece.length < PIECE_SIZE) return tickets;
    after = piece.at(-1)!.seat_number;
  }
}
