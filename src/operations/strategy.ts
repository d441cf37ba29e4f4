import type { Database, Prologue } from '../db/database.ts';
import type { Deadline } from '../lib/deadline.ts';
import type { RacePoint } from '../lib/race-point.ts';
import type { Halls } from '../seats/halls.ts';
import type { Barrier } from './durability.ts';
import type { Settlement } from './pay/settlement/settlement.ts';
import type { Outcome, Refusal, Unsettled } from '../domain/outcomes.ts';

/** What an operation works with. */
export interface OperationContext {
  /** Where the performances are. */
  readonly database: Database;
  /** Where the accounts are, if on another server: `accountsOf` gives either. */
  readonly accounts?: Database | undefined;
  /** Called at each race point; the service leaves it out. */
  readonly racePoint?: RacePoint | undefined;
  /** Gets the number of requests that one transaction decided, from strategies that group them. */
  readonly groupDecided?: ((size: number) => void) | undefined;
  /** Gets how long a request waited for its group, from strategies that group them. */
  readonly waitedForGroup?: ((ms: number) => void) | undefined;
  /** Waited for before a request is answered from rows that another transaction wrote; undefined for local durability. */
  readonly barrier?: Barrier | undefined;
  /** The same for the accounts' database, if on another server. */
  readonly accountsBarrier?: Barrier | undefined;
  /** When the request must be answered; for operations that are called for one request, without a strategy. */
  readonly deadline?: Deadline | undefined;
  /** Settles refunds in several transactions; undefined where performances and accounts share one. */
  readonly settlement?: Settlement | undefined;
  /** The service's one reader of the halls' seats; a strategy that needs one and is given none makes its own. */
  readonly halls?: Halls | undefined;
}

/** The database of the accounts: statements of the group `account` run there. */
export function accountsOf({
  accounts,
  database,
}: Pick<OperationContext, 'accounts' | 'database'>): Database {
  return accounts ?? database;
}

/** What one request brings along besides its command. */
export interface RequestHooks {
  /** Takes the place of the context's race point for this request: for tests that steer one of several. */
  readonly racePoint?: RacePoint | undefined;
  /** When the request must be answered; bounds its waits for connections, locks and queues, and its attempts. */
  readonly deadline?: Deadline | undefined;
  /** Runs first in each of the request's transactions: a wrapper's lock. Strategies that group requests take none. */
  readonly prologue?: Prologue | undefined;
}

/** What many requests for one row at the same time come to. Safety is not declared: every strategy has it. */
export type Contention =
  /** Every request succeeds, one after another. */
  | 'all-succeed'
  /** One succeeds; the others learn that the thing is gone (`seat_taken`, `reservation_not_payable`). */
  | 'one-wins-rest-refused'
  /** At least one succeeds; the others get `contended` or learn that the thing is gone, and may try again. */
  | 'one-wins-rest-retry';

/**
 * What a second request for the same row does while a first is between its read and its write: it waits for
 * the first's lock, fails at once, or works on as well, and one of them loses when it writes.
 */
export type Meanwhile = 'waits' | 'fails' | 'works-too';

/**
 * How a strategy finds out that another request changed what it read: a `version` that its write compares, a
 * `lock` that it holds from the read on, a `constraint` or PostgreSQL's `serializable` isolation that refuses
 * the write, one `statement` that reads and writes; `nothing` is a control.
 */
export type Detection = 'version' | 'lock' | 'constraint' | 'serializable' | 'statement' | 'nothing';

/** What a strategy declares about itself: the tests hold it to this, and nothing is read off its name. */
export interface Declaration {
  readonly name: string;
  readonly contention: Contention;
  readonly meanwhile: Meanwhile;
  readonly detects: Detection;
  /** Controls and strategies for claims of the lab must not serve buyers. */
  readonly use: 'service' | 'lab';
  /** Whether it tries a contended request again by itself. */
  readonly retries?: boolean;
  /** Whether requests share transactions. A lock of one request can't go before those. */
  readonly groups?: boolean;
  /** Whether performances and accounts may be on different servers: it has no transaction that spans both. */
  readonly apart?: boolean;
  /** Whether it fails at once on a row that somebody has locked, instead of waiting for it. */
  readonly failsOnLockedRow?: boolean;
  /** Whether a hold's time begins before it has locked its seats: its wait for them is then part of it. */
  readonly clockBeforeLocks?: boolean;
  /** The lock of a wrapper that each request takes first. */
  readonly lockedBy?: 'advisory-lock' | 'redis-lock';
}

/** One way to carry out a contended operation, before it is opened on a database. */
export interface Strategy<Command, Success extends Outcome, Refused extends Refusal> extends Declaration {
  /** Opens it on a database. What is opened owns its queues and its memory: close it before the database. */
  readonly open: (context: OperationContext) => OpenStrategy<Command, Success, Refused>;
}

/** A strategy at work on one database: a command in, an outcome out, never an exception for a refusal. */
export interface OpenStrategy<Command, Success extends Outcome, Refused extends Refusal> {
  readonly name: string;
  readonly execute: (command: Command, hooks?: RequestHooks) => Promise<Success | Refused | Unsettled>;
  /** How many requests wait inside of it to be decided. */
  readonly waiting: number;
  /** Refuses further requests and resolves when all accepted ones are answered. */
  readonly close: () => Promise<void>;
}
