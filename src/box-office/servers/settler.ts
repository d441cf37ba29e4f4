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
  let inFlight: InFlight = { attempts: 0, oldestSeconds: 0 };
  const repeating = startRepeating(intervalMs, async (isStopped) => {
    const { count: attempts, oldestSeconds, from } = await context.database.connect(readLive);
    inFlight = { attempts, oldestSeconds };
    let taken = attempts === 0 ? 0 : BATCH_SIZE;
    while (taken === BATCH_SIZE && !isStopped()) {
      const due = await takeOverAttempts(context.database, { from, batchSize: BATCH_SIZE });
      await Promise.all(due.map((attempt) => settlement.drive(attempt)));
      taken = due.length;
    }
  });
  return {
    stop: () => repeating.stop(),
    get inFlight() {
      return inFlight;
    },
  };
}
