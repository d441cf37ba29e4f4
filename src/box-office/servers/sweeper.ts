/** Sweeps expired holds in the background. */
import { sweepExpired } from '../../operations/expire.ts';
import type { OperationContext } from '../../operations/strategy.ts';
import { startRepeating } from './repeating.ts';
import type { Repeating } from './repeating.ts';

const BATCH_SIZE = 500;

/** Sweeps every `intervalMs` until nothing is left; never if 0. */
export function startSweeper(
  context: OperationContext,
  intervalMs: number,
  onSwept: (holds: number) => void = () => undefined,
): Repeating {
  let from = new Date(0);
  return startRepeating(intervalMs, async (isStopped) => {
    while (!isStopped()) {
      const { expired, sweptUntil } = await sweepExpired(context, { from, batchSize: BATCH_SIZE });
      onSwept(expired);
      // A locked row may stay behind: it is being paid or released, or the sweep after a restart finds it.
      from = sweptUntil ?? from;
      if (expired < BATCH_SIZE) return;
    }
  });
}
