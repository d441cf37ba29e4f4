/** Drives on the payments and refunds in flight that nobody drives any more, because their process died or gave up. */
import type { Settlement } from '../../operations/pay/settlement/settlement.ts';
import { liveAttempts, takeOverAttempts } from '../../operations/pay/settlement/live-attempts.ts';
import type { OperationContext } from '../../operations/strategy.ts';
import { startRepeating } from './repeating.ts';
import type { Repeating } from './repeating.ts';

const BATCH_SIZE = 100;

/** What the settler saw when it looked last. */
export interface InFlight {
  /** Payments and refunds whose outcome the performances do not know yet. */
  readonly attempts: number;
  /** How old the oldest is; 0 when there is none. */
  readonly oldestSeconds: number;
}

export interface Settler extends Repeating {
  readonly inFlight: InFlight;
}

/** Looks every `intervalMs`, if not 0. What it can't drive to an end is looked at again once its lease is over. */
export function startSettler(context: OperationContext, settlement: Settlement, intervalMs: number): Settler {
  const readLive = liveAttempts();
  let from: Date | undefined;
  let inFlight: InFlight = { attempts: 0, oldestSeconds: 0 };
  const repeating = startRepeating(intervalMs, async (isStopped) => {
    for (;;) {
      const attempts = await takeOverAttempts(context.database, {
        from: from ?? new Date(0),
        batchSize: BATCH_SIZE,
      });
      if (attempts.length > 0) await Promise.all(attempts.map((attempt) => settlement.drive(attempt)));
      if (isStopped() || attempts.length < BATCH_SIZE) break;
    }
    const live = await context.database.connect(readLive);
    inFlight = { attempts: live.count, oldestSeconds: live.oldestSeconds };
    from = live.from;
  });
  return {
    stop: () => repeating.stop(),
    get inFlight() {
      return inFlight;
    },
  };
}
