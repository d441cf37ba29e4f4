/** Whose a seat is: what an operator asks with a ticket in hand, or with a finger on the map. */
import type { Connection } from '../../db/database.ts';
import type { RowOf } from '../../db/statement.ts';
import { statement } from '../../db/statement.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import { reading, seatMapOf } from '../context.ts';

export interface SeatRequest {
  readonly performanceId: string;
  /** Its label. */
  readonly seat: string;
}

export type SeatRefusal = Refusal<'not_found', string> | ReadRefusal;

/** A seat that is held or sold, and by which reservation. */
export interface TakenSeat extends SeatRequest {
  readonly state: 'held' | 'sold';
  /** What it costs, or cost, in this reservation. */
  readonly price: number;
  readonly reservationId: string;
  readonly accountId: string;
}

const columns = {
  state: 'text',
  price: 'bigint',
  reservation_id: 'uuid',
  account_id: 'text',
} as const;

// By the primary keys of seat and reservation.
const readTaken = statement({
  name: 'seat_taken_by',
  group: 'performance',
  params: ['text', 'integer'],
  columns,
  text: `
    select s.state::text as state, s.price, s.reservation_id, r.account_id::text as account_id
    from seat as s
    join reservation as r on r.performance_id = s.performance_id and r.reservation_id = s.reservation_id
    where s.performance_id = $1
      and s.seat_number = $2
      and (s.state = 'sold' or s.state = 'held' and s.held_until > clock_timestamp())`,
});

/**
 * The reservation that has the seat. Refusals: `not_found` (`performance`; `seat`: the map has none with this label;
 * `reservation`: the seat is free), and those of a database that can't answer.
 */
export async function readTakenSeat(
  context: BoxOfficeContext,
  { performanceId, seat }: SeatRequest,
): Promise<TakenSeat | SeatRefusal> {
  const map = await seatMapOf(context, performanceId, [seat]);
  if (map === undefined) return refuse('not_found', { what: 'performance' });
  if (isRefusal(map)) return map;
  const number = map.numberOf(seat);
  if (number === undefined) return refuse<'not_found', string>('not_found', { what: 'seat', seats: [seat] });
  const row = await reading(context, (connection) => readRow(connection, performanceId, number));
  if (row === undefined) return refuse('not_found', { what: 'reservation' });
  if (isRefusal(row)) return row;
  const { price, reservation_id: reservationId, account_id: accountId } = row;
  return { performanceId, seat, state: row.state as TakenSeat['state'], price, reservationId, accountId };
}

async function readRow(
  connection: Connection,
  performanceId: string,
  number: number,
): Promise<RowOf<typeof columns> | undefined> {
  const [row] = await connection.read(readTaken, [performanceId, number]);
  return row;
}
