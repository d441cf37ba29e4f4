/** An operator's refunds, through the outbox: stored before they are sent, sent again until their end is known. */
import type { ReadonlySignal } from '@preact/signals';
import { computed } from '@preact/signals';
import { requestTo } from '../../api/request-to.ts';
import { outbox, purchases } from '../../outbox/state.ts';
import type { RefundProgress } from './refunds-in.ts';
import { refundsIn } from './refunds-in.ts';

/** By reservation: the refunds of this browser's operators whose end has not been dismissed. */
export const refunds: ReadonlySignal<ReadonlyMap<string, RefundProgress>> = computed(
  () => new Map(refundsIn(purchases.value).map((each) => [each.reservationId, each])),
);

/** Refunds a reservation. The key names it, so a second tap, tab or device makes the same request (decision 0018). */
export async function refund(performanceId: string, reservationId: string): Promise<void> {
  await outbox.begin({
    kind: 'refund',
    ...requestTo('POST /v1/admin/performances/{performanceId}/reservations/{reservationId}/refund', {
      params: { performanceId, reservationId },
    }),
    key: `refund:${reservationId}`,
  });
}

/** Removes a refund whose answer the operator has seen. */
export function dismissRefund({ key }: RefundProgress): void {
  outbox.dismiss(key);
}
