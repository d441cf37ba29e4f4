/** How a group of payments finds out which of its members want a row that another transaction has locked. */
import type { Transaction } from '../../db/database.ts';
import type { Statement } from '../../db/statement.ts';
import type { PayCommand } from './pay.ts';

/**
 * The parts of a statement that lock all that they can without waiting, in the lock order: of the performance $1 the
 * reservations $2, the seats $3 and the limit rows of the accounts $4.
 */
export const LOCK_FREE_SQL = `reservations as materialized (
      select r.reservation_id
      from reservation as r
      where r.performance_id = $1 and r.reservation_id = any($2)
      order by r.reservation_id
      for no key update skip locked
    ), seats as materialized (
      select s.seat_number
      from seat as s
      where s.performance_id = $1 and s.seat_number = any($3) and (select count(*) from reservations) >= 0
      order by s.seat_number
      for no key update skip locked
    ), limits as materialized (
      select l.account_id
      from claim_limit as l
      where l.performance_id = $1 and l.account_id = any($4) and (select count(*) from seats) >= 0
      order by l.account_id
      for no key update skip locked
    )`;

/** The reservations and seats that those parts passed over, as columns. */
export const PASSED_OVER_SQL = `array(
        select r.reservation_id
        from reservation as r
        where r.performance_id = $1 and r.reservation_id = any($2)
          and r.reservation_id not in (select reservation_id from reservations)
      ) as reservations,
      array(
        select s.seat_number
        from seat as s
        where s.performance_id = $1 and s.seat_number = any($3) and s.seat_number not in (select seat_number from seats)
      ) as seats`;

/** The accounts whose limit rows were passed over. */
export const LIMITS_PASSED_OVER_SQL = `select l.account_id::text
        from claim_limit as l
        where l.performance_id = $1 and l.account_id = any($4) and l.account_id not in (select account_id from limits)`;

export const FIND_LOCKED_PARAMS = ['text', 'uuid[]', 'integer[]', 'text[]'] as const;
export const FIND_LOCKED_COLUMNS = {
  reservations: 'uuid[]',
  seats: 'integer[]',
  accounts: 'text[]',
} as const;

type FindLocked = Statement<typeof FIND_LOCKED_PARAMS, typeof FIND_LOCKED_COLUMNS, true>;

/** What a group has read of a reservation. */
interface ReadReservation {
  readonly reservation_id: string;
  readonly account_id: string;
  readonly seat_ids: readonly number[];
}

/** Tells which commands want a row that somebody else has locked; the rows of the others are locked now. */
export async function lockedRows(
  tx: Transaction,
  findLocked: FindLocked,
  performanceId: string,
  rows: readonly ReadReservation[],
): Promise<(command: PayCommand, reservation: ReadReservation | undefined) => boolean> {
  const [locked] = await tx.run(findLocked, [
    performanceId,
    rows.map((row) => row.reservation_id),
    rows.flatMap((row) => row.seat_ids),
    rows.map((row) => row.account_id),
  ]);
  const reservations = new Set(locked?.reservations);
  const seats = new Set(locked?.seats);
  const accounts = new Set(locked?.accounts);
  return (command, reservation) =>
    reservations.has(command.reservationId) ||
    accounts.has(command.accountId) ||
    (reservation?.seat_ids.some((seat) => seats.has(seat)) ?? false);
}
