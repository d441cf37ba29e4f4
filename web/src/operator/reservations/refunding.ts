/** An operator's refunds, through the outbox: stored before they are sent, sent again until their end is known. */
import type { ReadonlySignal } from '@preact/signals';
import { computed } from '@preact/signals';
import { requestTo } from '../../api/request-to.ts';
import { outbox, purchases } from '../../outbox/state.ts';
import type { Reservation } from '../answers.ts';
import type { RefundProgress } from './refunds-in.ts';
import { refundsIn } from './refunds-in.ts';

/** The refunds of this browser's operators whose end has not been dismissed. */
export const refunds: ReadonlySignal<readonly RefundProgress[]> = computed(() => refundsIn(purchases.value));

/** The reservation's newest refund. */
export function refundOf(reservationId: string): RefundProgress | undefined {
  return refunds.value.findLast((each) => each.reservationId === reservationId);
}

/**
 * Refunds a reservation, or the named ones of its seats. The key names both, so a second tap, tab or device makes the same
 * request (decision 0018). A seat's place among the reservation's never changes, and is short.
 */
export async function refund(
  { performanceId, id: reservationId, seats }: Pick<Reservation, 'performanceId' | 'id' | 'seats'>,
  some?: readonly string[],
): Promise<void> {
  const places = some?.map((seat) => seats.indexOf(seat) + 1).sort((a, b) => a - b);
  await outbox.begin({
    kind: 'refund',
    ...requestTo('POST /v1/admin/performances/{performanceId}/reservations/{reservationId}/refund', {
      params: { performanceId, reservationId },
      body: some === undefined ? {} : { seats: [...some] },
    }),
    key: places === undefined ? `refund:${reservationId}` : `refund:${reservationId}:${places.join(',')}`,
  });
}

/** Removes a refund whose answer the operator has seen. */
export function dismissRefund({ key }: RefundProgress): void {
  outbox.dismiss(key);
}
