/** What a box office tells of its work while it works, for metrics. */
import type { DatabaseObserver } from '../db/database.ts';
import type { Outcome } from '../domain/outcomes.ts';
import type { GroupObserver } from './strategies.ts';

/** The operations whose answers are observed. */
export type ObservedOperation =
  | 'top_up'
  | 'reversal'
  | 'hold'
  | 'hold_best_available'
  | 'pay'
  | 'release'
  | 'refund';

/** Called on the hot path: each function must be cheap, and must not throw. */
export interface BoxOfficeObserver extends DatabaseObserver, GroupObserver {
  /** An answer, from call to answer; undefined is a fault that was thrown. */
  readonly answered: (operation: ObservedOperation, answer: Outcome | undefined, ms: number) => void;
  /** The sweeper wrote so many holds down as expired. */
  readonly swept: (holds: number) => void;
}
