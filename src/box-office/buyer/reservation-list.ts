/** Lists an account's reservations: its live holds, then what its ledger says that it paid for. */
import { isRefusal } from '../../domain/outcomes.ts';
import { accountsOf } from '../../operations/strategy.ts';
import { reading } from '../context.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import { withSeatLabels } from './reservation-actions.ts';
import type { Reservation } from './reservation-actions.ts';
import { listPaid, readLiveHolds, readReservations } from './reservations.ts';
import type { ReservationKey, ReservationRow } from './reservations.ts';

/** A page of an account's reservations, without released and expired holds: live holds on the first page, then purchases. */
export interface ReservationPage {
  readonly reservations: readonly Reservation[];
  /** Where the next page begins; undefined on the last page. */
  readonly before: number | undefined;
}

/** A page of an account's reservations, newest first. */
export async function reservationsOf(
  context: BoxOfficeContext,
  accountId: string,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<ReservationPage | ReadRefusal> {
  const { before, limit } = page;
  // Holds first: one that is paid meanwhile is then among the purchases, rather than in neither.
  const holds = before === undefined ? await liveHoldsOf(context, accountId) : [];
  if ('outcome' in holds) return holds;
  const paid = await reading({ ...context, database: accountsOf(context) }, (connection) =>
    listPaid(connection, accountId, { before, limit }),
  );
  if (isRefusal(paid)) return paid;
  const { payments } = paid;
  const purchases = await reading(context, (connection) => readReservations(connection, payments));
  if ('outcome' in purchases) return purchases;
  const bought = new Set(payments.map(nameOf));
  const unpaid = holds.filter((hold) => !bought.has(nameOf(hold)));
  const reservations: Reservation[] = [];
  for (const row of [...unpaid, ...inOrder(purchases, payments)]) {
    const reservation = await withSeatLabels(context, row);
    if (isRefusal(reservation)) return reservation;
    reservations.push(reservation);
  }
  return { reservations, before: paid.before };
}

function liveHoldsOf(
  context: BoxOfficeContext,
  accountId: string,
): Promise<readonly ReservationRow[] | ReadRefusal> {
  return reading(context, (connection) => readLiveHolds(connection, accountId));
}

/** The reservations in the order of these keys. */
function inOrder(rows: readonly ReservationRow[], keys: readonly ReservationKey[]): ReservationRow[] {
  const byKey = new Map(rows.map((row) => [nameOf(row), row]));
  return keys.map((key) => byKey.get(nameOf(key))).filter((row) => row !== undefined);
}

const nameOf = ({ performanceId, reservationId }: ReservationKey): string =>
  `${performanceId}/${reservationId}`;
