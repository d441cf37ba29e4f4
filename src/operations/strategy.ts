import type { Database } from '../db/database.ts';
import type { RacePointName } from '../lib/race-point.ts';
import type { Refusal } from '../domain/outcomes.ts';

/** What an operation works with. */
export interface OperationContext {
  readonly database: Database;
  /** Called at each race point; the service leaves it out. */
  readonly racePoint?: (name: RacePointName) => Promise<void>;
  /** Told how many requests were decided in one transaction, by strategies that group them. */
  readonly groupDecided?: (size: number) => void;
}

/** What happens to the losers when many requests want one row at the same time. Safety is not declared: it is common to all. */
export type Liveness =
  /** Every request succeeds, one after another. */
  | 'all-succeed'
  /** One succeeds; the others learn that the thing is gone (`seat_taken`, `reservation_not_payable`). */
  | 'one-wins-rest-refused'
  /** At least one succeeds; the others hear `contended` or learn that the thing is gone, and may try again. */
  | 'one-wins-rest-contended';

/**
 * What a second request for the same row does while a first stands between its read and its write: it waits for the
 * first's lock, fails at once, or works on, too, and one of them loses when it writes.
 */
export type Meanwhile = 'waits' | 'fails' | 'works-too';

/** One way of carrying out a contended operation: a command in, an outcome out, never an exception for a refusal. */
export interface Strategy<Command, Success extends { readonly outcome: string }> {
  readonly name: string;
  readonly liveness: Liveness;
  readonly meanwhile: Meanwhile;
  /** Controls and strategies for claims of the lab must not serve buyers. */
  readonly use: 'service' | 'lab';
  readonly execute: (context: OperationContext, command: Command) => Promise<Success | Refusal>;
  /** Whether what was contended is tried again within the strategy. */
  readonly retries?: boolean;
  /** Where requests may be waiting inside of the strategy: refuses further ones and answers all that it has. */
  readonly drain?: (database: Database) => Promise<void>;
  /** How many requests wait inside of it to be decided. */
  readonly waiting?: (database: Database) => number;
}
