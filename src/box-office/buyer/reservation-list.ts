/** Lists an account's reservations: its live holds, then what its ledger says that it paid for. */
import { isRefusal } from '../../domain/outcomes.ts';
import { reading } from '../context.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import { fromAll, ofAway } from '../servers/from-all.ts';
import type { Parts } from '../servers/from-all.ts';
import type { Servers } from '../servers/servers.ts';
import { withSeatLabels } from './reservation-actions.ts';
import type { Reservation } from './reservation-actions.ts';
import { listPaid, readInPayment, readLiveHolds, readReservations } from './reservations.ts';
import type { ReservationKey, ReservationRow } from './reservations.ts';

/**
 * A page of an account's reservations, without released and expired holds: live holds and those that are being paid on the
 * first page, then purchases.
 */
export interface ReservationPage {
  readonly reservations: readonly Reservation[];
  /** Where the next page begins; undefined on the last page. */
  readonly before: number | undefined;
  /** The servers that were away: reservations of theirs are missing. Left out when none was. */
  readonly away?: readonly string[];
}

/** A page of an account's reservations, newest first. `at` is where the accounts are. */
export async function reservationsOf(
  at: BoxOfficeContext,
  servers: Servers,
  accountId: string,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<ReservationPage | ReadRefusal> {
  const { before, limit } = page;
  // Holds first: one that is paid meanwhile is then among the purchases, rather than in neither.
  const held = before === undefined ? await holdsOn(servers, at, accountId) : NOTHING;
  if (isRefusal(held)) return held;
  const paid = await reading(at, (connection) => listPaid(connection, accountId, { before, limit }));
  if (isRefusal(paid)) return paid;
  const bought = await purchasesOn(servers, at, paid.payments);
  if (isRefusal(bought)) return bought;
  const names = new Set(paid.payments.map(nameOf));
  const unpaid = held.found.filter(({ row }) => !names.has(nameOf(row))).toSorted(byNewest);
  const reservations: Reservation[] = [];
  for (const { row, context } of [...unpaid, ...inOrder(bought.found, paid.payments)]) {
    const reservation = await withSeatLabels(context, row);
    if (isRefusal(reservation)) return reservation;
    reservations.push(reservation);
  }
  const away = [...new Set([...held.away, ...bought.away])];
  return { reservations, before: paid.before, ...ofAway(away) };
}

/** A reservation, and where it is. */
interface FoundRow {
  readonly row: ReservationRow;
  readonly context: BoxOfficeContext;
}

/** What was found on all servers. */
interface FoundRows {
  readonly found: readonly FoundRow[];
  readonly away: readonly string[];
}

const NOTHING: FoundRows = { found: [], away: [] };

async function holdsOn(
  servers: Servers,
  at: BoxOfficeContext,
  accountId: string,
): Promise<FoundRows | ReadRefusal> {
  const parts = await fromAll(servers, at, (there) =>
    reading(there, async (connection) => [
      ...(await readLiveHolds(connection, accountId)),
      ...(await readInPayment(connection, accountId)),
    ]),
  );
  return isRefusal(parts) ? parts : foundIn(parts);
}

/** Asks each server for those of its performances. */
async function purchasesOn(
  servers: Servers,
  at: BoxOfficeContext,
  payments: readonly ReservationKey[],
): Promise<FoundRows | ReadRefusal> {
  const keysOn = new Map<string, ReservationKey[]>();
  for (const key of payments) {
    const server = await servers.of(key.performanceId);
    if ('outcome' in server) return server;
    keysOn.set(server.name, [...(keysOn.get(server.name) ?? []), key]);
  }
  const parts = await fromAll(servers, at, async (there, server) => {
    const keys = keysOn.get(server);
    // A server that has none of them need not be there.
    return keys === undefined ? [] : reading(there, (connection) => readReservations(connection, keys));
  });
  return isRefusal(parts) ? parts : foundIn(parts);
}

function foundIn({ parts, away }: Parts<readonly ReservationRow[]>): FoundRows {
  return { found: parts.flatMap(({ answer, context }) => answer.map((row) => ({ row, context }))), away };
}

function byNewest({ row: a }: FoundRow, { row: b }: FoundRow): number {
  return b.createdAt.getTime() - a.createdAt.getTime();
}

/** The reservations in the order of these keys. */
function inOrder(found: readonly FoundRow[], keys: readonly ReservationKey[]): FoundRow[] {
  const byKey = new Map(found.map((each) => [nameOf(each.row), each]));
  return keys.map((key) => byKey.get(nameOf(key))).filter((each) => each !== undefined);
}

const nameOf = ({ performanceId, reservationId }: ReservationKey): string =>
  `${performanceId}/${reservationId}`;
