/** Lets a crowd of buyers storm one performance of a running service. */
import type { Buyer, Stage, Visit } from './buyer.ts';
import { topUp, visit, wishOf } from './buyer.ts';
import { CrowdDismissed } from './retrying-client.ts';
import type { Teller } from './retrying-client.ts';

export interface CrowdOptions {
  readonly buyers: readonly Buyer[];
  readonly stage: Stage;
  readonly teller: Teller;
  /** How many of them are served at once. */
  readonly connections: number;
  /** Told of every visit that has ended. */
  readonly onVisit: (visit: Visit) => void;
}

export interface CrowdReport {
  readonly visits: readonly Visit[];
  /** From the first hold to the end of the last visit. */
  readonly stormMs: number;
}

/**
 * Fills every wallet, then opens the doors. A crowd that is sent home keeps what it has: its report holds the visits that
 * had ended.
 */
export async function storm({
  buyers,
  stage,
  teller,
  connections,
  onVisit,
}: CrowdOptions): Promise<CrowdReport> {
  const guests = buyers.map((buyer) => ({ buyer, wish: wishOf(buyer.random, stage) }));
  const visits: Visit[] = [];
  await inParallel(guests, connections, ({ buyer, wish }) => topUp(buyer, wish, teller));
  const openedAt = performance.now();
  await inParallel(guests, connections, async ({ buyer, wish }) => {
    const ended = await visit(buyer, wish, stage, teller);
    visits.push(ended);
    onVisit(ended);
  });
  return { visits, stormMs: performance.now() - openedAt };
}

/** Works on the items in order, at most `width` at a time; stops early, without an error, when the crowd is sent home. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    // The workers share one iterator, so each takes the next item that nobody has.
    for (const item of queue) await work(item);
  };
  const workers = Array.from({ length: Math.min(width, items.length) }, worker);
  // All of them have ended before anyone reads what they noted.
  for (const outcome of await Promise.allSettled(workers)) {
    if (outcome.status === 'rejected' && !(outcome.reason instanceof CrowdDismissed)) throw outcome.reason;
  }
}
