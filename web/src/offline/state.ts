/** The tickets that this browser keeps, for the pages; and the worker that opens the pages without a network. */
import type { ReadonlySignal } from '@preact/signals';
import { effect, signal } from '@preact/signals';
import { call } from '../api/client.ts';
import { currency, noteCurrency } from '../api/currency.ts';
import { databaseNowMs } from '../api/database-clock.ts';
import type { ReadTicketsAnswer, Reservation } from '../api/types.ts';
import { keptSeatsOf } from '../format/seats.ts';
import { toBrowser } from '../routing/place.ts';
import { currentSession } from '../session/current-session.ts';
import { storage } from '../storage/storage.ts';
import type { KeptTickets, TicketPerformance } from './kept-tickets.ts';
import { isOver, KEPT_BELOW, KEPT_RESERVATIONS_MAX, openTicketStore } from './kept-tickets.ts';

const store = openTicketStore(storage);
const listed = signal<readonly KeptTickets[]>([]);

/** Of the account that is signed in. */
export const keptTickets: ReadonlySignal<readonly KeptTickets[]> = listed;

/** Tickets that are older are read again by `keepTicketsOf`. */
const FRESH_MS = 3_600_000;

function changed(): void {
  listed.value = store.of(currentSession.peek()?.accountId);
  // Without a network no answer names it.
  const [first] = listed.value;
  if (first !== undefined && currency.peek() === undefined) noteCurrency(first.performance);
}

/** Takes up what an earlier page has kept; signing out or in as somebody else removes it. */
export function startKeeping(): void {
  effect(() => {
    store.forgetOthers(currentSession.value?.accountId);
    changed();
  });
  // Only a buyer who has something to show without a network gets a worker.
  effect(() => {
    if (listed.value.length > 0) registerWorker();
  });
  addEventListener('storage', ({ key }) => {
    if (key === null || key.startsWith(KEPT_BELOW)) changed();
  });
}

/** Keeps what the service has just answered. */
export function keepTickets(
  reservation: Reservation,
  performance: TicketPerformance,
  tickets: ReadTicketsAnswer['tickets'],
): void {
  const accountId = currentSession.peek()?.accountId;
  const asOfMs = databaseNowMs();
  if (accountId === undefined || isOver(performance.startsAt, asOfMs)) return;
  store.keep({ accountId, reservation, performance, tickets, asOfMs });
  changed();
}

export function forgetTickets(reservationId: string): void {
  store.forget(reservationId);
  changed();
}

/**
 * Keeps the tickets of every coming performance in a list of reservations, and forgets those that are valid no longer: a
 * buyer who looks at the list at home has all tickets at the door.
 */
export async function keepTicketsOf(
  reservations: readonly Reservation[],
  performanceOf: (performanceId: string) => TicketPerformance | undefined,
  gone: AbortSignal,
): Promise<void> {
  let left = KEPT_RESERVATIONS_MAX;
  for (const reservation of reservations) {
    const { id: reservationId, performanceId, state } = reservation;
    const kept = listed.peek().find((one) => one.reservation.id === reservationId);
    const isSame =
      kept !== undefined && String(keptSeatsOf(kept.reservation)) === String(keptSeatsOf(reservation));
    if (kept !== undefined && (state !== 'confirmed' || !isSame)) forgetTickets(reservationId);
    const performance = performanceOf(performanceId);
    if (state !== 'confirmed' || performance === undefined || left === 0) continue;
    if (isSame && databaseNowMs() - kept.asOfMs < FRESH_MS) continue;
    if (isOver(performance.startsAt, databaseNowMs())) continue;
    left -= 1;
    const params = { performanceId, reservationId };
    const answer = await call('GET /v1/performances/{performanceId}/reservations/{reservationId}/tickets', {
      params,
      signal: gone,
    });
    if (gone.aborted) return;
    if (answer.ok) keepTickets(reservation, performance, answer.data.tickets);
    else if (answer.problem.retry === 'same') return;
  }
}

/** Where there are no workers (plain HTTP, a private window), a reload needs the network as ever. */
function registerWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker
    .register(toBrowser('/service-worker.js'), { updateViaCache: 'none' })
    .catch(() => undefined);
}
