/**
 * Paid tickets that this browser keeps, so that a phone without a network can show them: localStorage, one item for each
 * reservation, so that two tabs never overwrite each other's. It keeps them for one account only, and no more than a
 * buyer can have use for (decision 0027).
 */
import type { Performance, ReadTicketsAnswer, Reservation } from '../api/types.ts';
import type { KeptItems } from '../storage/storage.ts';

/** What a ticket says of its performance. */
export type TicketPerformance = Pick<
  Performance,
  | 'concertId'
  | 'title'
  | 'venueName'
  | 'startsAt'
  | 'timeZone'
  | 'sale'
  | 'sections'
  | 'currency'
  | 'minorUnit'
>;

export interface KeptTickets {
  readonly accountId: string;
  readonly reservation: Reservation;
  readonly performance: TicketPerformance;
  /** One for each seat; none where the service signs no tickets. */
  readonly tickets: ReadTicketsAnswer['tickets'];
  /** When the service gave them, in milliseconds since 1970. */
  readonly asOfMs: number;
}

export interface TicketStore {
  /** The account's, those that begin first at the front. */
  of(accountId: string | undefined): readonly KeptTickets[];
  /** Keeps the tickets in the place of the reservation's earlier ones, and drops what is over or too much. */
  keep(kept: KeptTickets): void;
  forget(reservationId: string): void;
  /** Forgets all that is not this account's. */
  forgetOthers(accountId: string | undefined): void;
}

export const KEPT_BELOW = 'rowlock.tickets.';

/** Some 20 kB each at most: a quarter of what browsers give to localStorage. */
export const KEPT_RESERVATIONS_MAX = 40;

/** A concert that began so long ago needs no ticket any more. */
const OVER_AFTER_MS = 24 * 3_600_000;

export function openTicketStore(storage: KeptItems): TicketStore {
  const all = (): readonly KeptTickets[] =>
    Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
      .filter((name) => name.startsWith(KEPT_BELOW))
      .map((name) => parsed(storage.getItem(name)))
      .filter((kept) => kept !== undefined)
      .toSorted(
        (a, b) =>
          a.performance.startsAt.localeCompare(b.performance.startsAt) ||
          a.reservation.id.localeCompare(b.reservation.id),
      );
  const forget = (reservationId: string): void => storage.removeItem(KEPT_BELOW + reservationId);
  return {
    of: (accountId) => all().filter((kept) => kept.accountId === accountId),
    keep(kept) {
      const { reservation, accountId } = kept;
      storage.setItem(KEPT_BELOW + reservation.id, JSON.stringify(onlyNeeded(kept)));
      const ofAccount = all().filter((one) => one.accountId === accountId);
      const over = ofAccount.filter((one) => isOver(one.performance.startsAt, kept.asOfMs));
      const coming = ofAccount.filter((one) => !over.includes(one));
      for (const one of [...over, ...coming.slice(KEPT_RESERVATIONS_MAX)]) forget(one.reservation.id);
    },
    forget,
    forgetOthers(accountId) {
      for (const kept of all()) if (kept.accountId !== accountId) forget(kept.reservation.id);
    },
  };
}

/** A ticket shows its own sections only; a stadium has two hundred. */
function onlyNeeded({ performance, ...kept }: KeptTickets): KeptTickets {
  const { concertId, title, venueName, startsAt, timeZone, sale, currency, minorUnit } = performance;
  const own = new Set(kept.reservation.seats.map((seat) => seat.split('-')[0]));
  const sections = performance.sections.filter(({ id }) => own.has(id));
  const needed = { concertId, title, venueName, startsAt, timeZone, sale, sections, currency, minorUnit };
  return { ...kept, performance: needed };
}

/** Whether a performance is so long over that its ticket is not kept. */
export function isOver(startsAt: string, nowMs: number): boolean {
  return Date.parse(startsAt) + OVER_AFTER_MS < nowMs;
}

function parsed(stored: string | null): KeptTickets | undefined {
  if (stored === null) return undefined;
  try {
    return JSON.parse(stored) as KeptTickets;
  } catch {
    return undefined;
  }
}
