/**
 * Refunds that were sent and whose answer was not heard. The key is stored before the request is sent: after a reload, a
 * lost connection or an ended sign-in the same request is sent again with the same key and pays back once.
 */
import type { KeptItems } from '../../storage/storage.ts';

/** A refund that somebody wanted. */
export interface RefundIntent {
  readonly performanceId: string;
  readonly reservationId: string;
  readonly key: string;
}

// One item for each reservation: two tabs never overwrite each other's, and find the same key for the same refund.
const STORED_BELOW = 'rowlock.operator.refund.';

export function pendingRefunds(storage: KeptItems): readonly RefundIntent[] {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
    .filter((name) => name.startsWith(STORED_BELOW))
    .toSorted()
    .map((name) => parsed(storage.getItem(name)))
    .filter((intent) => intent !== undefined);
}

/** The refund's intent: the one that is stored for this reservation, else a new one, stored. */
export function intendRefund(
  storage: KeptItems,
  { performanceId, reservationId }: Omit<RefundIntent, 'key'>,
  newKey: () => string,
): RefundIntent {
  const name = STORED_BELOW + reservationId;
  const stored = parsed(storage.getItem(name));
  if (stored !== undefined) return stored;
  const intent = { performanceId, reservationId, key: newKey() };
  storage.setItem(name, JSON.stringify(intent));
  return intent;
}

export function settleRefund(storage: KeptItems, { reservationId }: RefundIntent): void {
  storage.removeItem(STORED_BELOW + reservationId);
}

/**
 * Whether a problem says for certain that this request paid nothing back and never will. Else the intent stays: after
 * *sign in again* too, since an earlier sending may have been the one that paid.
 */
export function endsIntent({
  outcome,
  retry,
}: {
  readonly outcome: string;
  readonly retry: string;
}): boolean {
  return retry !== 'same' && outcome !== 'unauthenticated' && outcome !== 'forbidden';
}

function parsed(stored: string | null): RefundIntent | undefined {
  try {
    const value: unknown = JSON.parse(stored ?? 'null');
    if (typeof value !== 'object' || value === null) return undefined;
    const { performanceId, reservationId, key } = value as Record<string, unknown>;
    const isIntent = [performanceId, reservationId, key].every((part) => typeof part === 'string');
    return isIntent ? (value as RefundIntent) : undefined;
  } catch {
    return undefined;
  }
}
