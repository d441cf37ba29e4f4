/** Sweeps expired holds in the background. */
import { sweepExpired } from '../../operations/expire.ts';
import type { OperationContext } from '../../operations/strategy.ts';

const BATCH_SIZE = 500;

export interface Sweeper {
  /** Finishes the batch in flight, and starts no other. */
  stop(): Promise<void>;
}

/** Sweeps every `intervalMs` until nothing is left; never if 0. The next sweep makes up for a failed one. */
export function startSweeper(
  context: OperationContext,
  intervalMs: number,
  onSwept: (holds: number) => void = () => undefined,
): Sweeper {
  if (intervalMs <= 0) return { stop: async () => undefined };
  let sweeping: Promise<void> = Promise.resolve();
  let busy = false;
  let stopped = false;
  let from = new Date(0);
  const sweepAll = async (): Promise<void> => {
    for (;;) {
      if (stopped) return;
      const { expired, sweptUntil } = await sweepExpired(context, { from, batchSize: BATCH_SIZE });
      onSwept(expired);
      // A locked row may stay behind: it is being paid or released, or the sweep after a restart finds it.
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
