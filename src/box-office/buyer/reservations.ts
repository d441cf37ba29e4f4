/** Reads reservations: one, or an account's holds and purchases. */
import type { Connection } from '../../db/database.ts';
import type { RowOf } from '../../db/statement.ts';
import { statement } from '../../db/statement.ts';
import type { ReservationState } from '../../domain/states.ts';

/** A reservation now. A hold whose time has passed reads `expired`, swept or not. */
export interface ReservationRow {
  readonly performanceId: string;
  readonly reservationId: string;
  readonly accountId: string;
  readonly state: ReservationState;
  /** As they were held, in the order of their numbers. */
  readonly seats: readonly number[];
  /** Those of them that refunds have given back, in the order in which they were. */
  readonly refundedSeats: readonly number[];
  readonly amount: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const columns = {
  performance_id: 'text',
  reservation_id: 'uuid',
  account_id: 'text',
  seat_ids: 'integer[]',
  refunded_seats: 'integer[]',
  amount: 'bigint',
  created_at: 'timestamp with time zone',
  expires_at: 'timestamp with time zone',
  state: 'text',
} as const;

/** The columns of the reservation `r`, without its state. */
const COLUMNS_SQL = `
      r.performance_id::text as performance_id,
      r.reservation_id,
      r.account_id::text as account_id,
      r.seat_ids,
      r.refunded_seats,
      r.amount,
      r.created_at,
      r.expires_at`;

const readOne = statement({
  name: 'reservation_read',
  group: 'performance',
  params: ['text', 'uuid'],
  columns,
  text: `
    select${COLUMNS_SQL},
      case when r.state = 'held' and r.expires_at <= clock_timestamp() then 'expired' else r.state::text end as state
    from reservation as r
    where r.performance_id = $1 and r.reservation_id = $2`,
});

/** Reads the reservation of any account, or undefined. */
export async function readReservation(
  connection: Connection,
  performanceId: string,
  reservationId: string,
): Promise<ReservationRow | undefined> {
  const [row] = await connection.read(readOne, [performanceId, reservationId]);
  return row === undefined ? undefined : reservationOf(row);
}

// Reservations have no index on the account, which would cost every hold one more random index write. Live
// holds are the newest rows, which the block range index on the expiry finds; there are never more of them
// than seats on sale. The condition on the statement's time is for the index: PostgreSQL cannot use one with
// a clock that advances during the scan.
const liveHolds = statement({
  name: 'reservation_live_holds',
  group: 'performance',
  params: ['text'],
  columns,
  text: `
    select${COLUMNS_SQL},
      r.state::text as state
    from reservation as r
    where r.expires_at > statement_timestamp()
      and r.expires_at > clock_timestamp()
      and r.account_id = $1
      and r.state = 'held'
    order by r.created_at desc
    limit 1000`,
});

/** Reads the account's live holds of every performance, newest first, 1,000 at most. */
export async function readLiveHolds(
  connection: Connection,
  accountId: string,
): Promise<readonly ReservationRow[]> {
  return (await connection.read(liveHolds, [accountId])).map(reservationOf);
}

// A hold that is being paid may be older than its time, so that no index of reservations finds it. Attempts in flight are few
// and young, and the block range index on their beginning finds them.
const inPayment = statement({
  name: 'reservation_in_payment',
  group: 'performance',
  params: ['text'],
  columns,
  text: `
    select${COLUMNS_SQL},
      r.state::text as state
    from payment_attempt as a
    join reservation as r on r.performance_id = a.performance_id and r.reservation_id = a.reservation_id
    where a.started_at > statement_timestamp() - interval '1 day'
      and a.account_id = $1
      and a.outcome is null
      and r.state = 'paying'
    order by r.created_at desc
    limit 1000`,
});

/** Reads the account's reservations that are being paid, newest first, 1,000 at most. */
export async function readInPayment(
  connection: Connection,
  accountId: string,
): Promise<readonly ReservationRow[]> {
  return (await connection.read(inPayment, [accountId])).map(reservationOf);
}

// The account's ledger lists its payments, newest first; each entry has the key of its reservation.
const listPayments = statement({
  name: 'reservation_payments',
  group: 'account',
  params: ['text', 'bigint', 'integer'],
  columns: { seq: 'bigint', performance_id: 'text', reservation_id: 'uuid' },
  text: `
    select e.seq, e.performance_id::text as performance_id, e.reservation_id
    from ledger_entry as e
    where e.account_id = $1 and e.kind = 'payment' and e.seq < $2
    order by e.seq desc
    limit $3::integer`,
});

const readMany = statement({
  name: 'reservation_read_many',
  group: 'performance',
  params: ['text[]', 'uuid[]'],
  columns,
  text: `
    select${COLUMNS_SQL},
      r.state::text as state
    from unnest($1::text[], $2::uuid[]) as wanted (performance_id, reservation_id)
    join reservation as r on r.performance_id = wanted.performance_id and r.reservation_id = wanted.reservation_id`,
});

/** The key of a reservation. */
export type ReservationKey = Pick<ReservationRow, 'performanceId' | 'reservationId'>;

/** A page of what an account paid for, newest first. */
export interface PaymentPage {
  readonly payments: readonly ReservationKey[];
  /** Where the next page begins; undefined on the last page. */
  readonly before: number | undefined;
}

/** Lists the reservations that the account paid for, from its ledger. `before` is the previous page's. */
export async function listPaid(
  connection: Connection,
  accountId: string,
  page: { readonly before: number | undefined; readonly limit: number },
): Promise<PaymentPage> {
  const rows = await connection.read(listPayments, [
    accountId,
    page.before ?? Number.MAX_SAFE_INTEGER,
    page.limit,
  ]);
  return {
    payments: rows.map((row) => ({ performanceId: row.performance_id, reservationId: row.reservation_id })),
    before: rows.length === page.limit ? rows.at(-1)?.seq : undefined,
  };
}

/** Reads the reservations of these keys, in any order; one that does not exist is left out. */
export async function readReservations(
  connection: Connection,
  keys: readonly ReservationKey[],
): Promise<readonly ReservationRow[]> {
  if (keys.length === 0) return [];
  const performances = keys.map(({ performanceId }) => performanceId);
  const reservations = keys.map(({ reservationId }) => reservationId);
  return (await connection.read(readMany, [performances, reservations])).map(reservationOf);
}

function reservationOf(row: RowOf<typeof columns>): ReservationRow {
  return {
    performanceId: row.performance_id,
    reservationId: row.reservation_id,
    accountId: row.account_id,
    state: row.state as ReservationRow['state'],
    seats: row.seat_ids,
    refundedSeats: row.refunded_seats,
    amount: row.amount,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
