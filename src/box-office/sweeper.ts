/** Tidies expired holds in the background. */
import { sweepExpired } from '../operations/expire.ts';
import type { OperationContext } from '../operations/strategy.ts';

const BATCH_SIZE = 500;

export interface Sweeper {
  /** Lets the batch in flight finish, and starts no other. */
  stop(): Promise<void>;
}

/** Sweeps every `intervalMs`, batch after batch until nothing is left; 0 sweeps never. A failed sweep is left to the next. */
export function startSweeper(context: OperationContext, intervalMs: number): Sweeper {
  if (intervalMs <= 0) return { stop: async () => undefined };
  let sweeping: Promise<void> = Promise.resolve();
  let busy = false;
  let stopped = false;
  let from = new Date(0);
  const sweepAll = async (): Promise<void> => {
    for (;;) {
      if (stopped) return;
      const { expired, sweptUntil } = await sweepExpired(context, { from, batchSize: BATCH_SIZE });
      // A row that someone had locked may stay behind: it is being paid or released, or the next start sweeps it.
      from = sweptUntil ?? from;
      if (expired < BATCH_SIZE) return;
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    sweeping = sweepAll()
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  }, intervalMs);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      stopped = true;
      await sweeping;
    },
  };
}
