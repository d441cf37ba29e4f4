/** A crowd of buyers that storms one performance of a running service. */
import type { Buyer, CrowdTarget, BuyerOutcome } from './buyer.ts';
import { topUp, buy, planOf } from './buyer.ts';
import { CrowdStopped } from './retrying-client.ts';
import type { RetryingClient } from './retrying-client.ts';

export interface CrowdOptions {
  readonly buyers: readonly Buyer[];
  readonly target: CrowdTarget;
  readonly client: RetryingClient;
  /** How many buyers act at once. */
  readonly connections: number;
  /** Called when a buyer is done. */
  readonly onOutcome: (outcome: BuyerOutcome) => void;
}

export interface CrowdReport {
  readonly outcomes: readonly BuyerOutcome[];
  /** From the first hold to the end of the last buyer. */
  readonly stormMs: number;
}

/** Tops up every wallet, then lets all buyers buy. A stopped crowd reports only the buyers that were done. */
export async function storm({
  buyers,
  target,
  client,
  connections,
  onOutcome,
}: CrowdOptions): Promise<CrowdReport> {
  const planned = buyers.map((buyer) => ({ buyer, plan: planOf(buyer.random, target) }));
  const outcomes: BuyerOutcome[] = [];
  await inParallel(planned, connections, ({ buyer, plan }) => topUp(buyer, plan, client));
  const openedAt = performance.now();
  await inParallel(planned, connections, async ({ buyer, plan }) => {
    const ended = await buy(buyer, plan, target, client);
    outcomes.push(ended);
    onOutcome(ended);
  });
  return { outcomes, stormMs: performance.now() - openedAt };
}

/** Works on the items in order, at most `width` at a time; returns early when the crowd is stopped. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    // The workers share one iterator, so no item is taken twice.
    for (const item of queue) await work(item);
  };
  const workers = Array.from({ length: Math.min(width, items.length) }, worker);
  // Wait for all workers, even when one fails: others may still be writing their outcomes.
  for (const outcome of await Promise.allSettled(workers)) {
    if (outcome.status === 'rejected' && !(outcome.reason instanceof CrowdStopped)) throw outcome.reason;
  }
}
