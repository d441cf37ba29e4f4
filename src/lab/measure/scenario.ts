/** What the lab measures: an operation by a strategy, under a load, with timeouts. */

export type Operation = 'topUp' | 'hold' | 'pay';

export const OPERATIONS: readonly Operation[] = ['topUp', 'hold', 'pay'];

export type Isolation = 'read committed' | 'repeatable read' | 'serializable';

/** The three timeouts that people call *the connection timeout*; 0 is none. */
export interface Timeouts {
  /** How long a request waits for a connection of the pool. */
  readonly acquireMs: number;
  /** `lock_timeout`. */
  readonly lockMs: number;
  /** `statement_timeout`. */
  readonly statementMs: number;
}

export const NO_TIMEOUTS: Timeouts = { acquireMs: 0, lockMs: 0, statementMs: 0 };

/** `closed`: all requests at once. `open`: they arrive at random at a mean rate, whatever happens. */
export type Load = { readonly kind: 'closed' } | { readonly kind: 'open'; readonly perSecond: number };

export interface Scenario {
  readonly operation: Operation;
  /** A name from `src/operations/registry.ts`, optionally with the lab's own `+until-success`. */
  readonly strategy: string;
  readonly requests: number;
  readonly poolSize: number;
  /** Work between an operation's read and its write, inside the transaction. */
  readonly workMs: number;
  /** Share (0 to 1) of `workMs` by which each request's work is shorter or longer at random. */
  readonly jitter: number;
  /** Work between write and commit, while every strategy has the row locked. */
  readonly workAfterMs: number;
  /** How many wallets, seats or reservations the requests are spread over evenly; 1 is the hottest. */
  readonly rows: number;
  /** For `pay`: how many wallets pay. */
  readonly wallets: number;
  readonly timeouts: Timeouts;
  readonly load: Load;
  /** Replaces the strategy's own isolation level. */
  readonly isolation?: Isolation | undefined;
  /** Rolls back the first transaction that is about to commit, as if its client had died. */
  readonly firstFails: boolean;
}

/** A hundred requests for one hot row. */
export const SCENARIO_DEFAULTS: Omit<Scenario, 'operation' | 'strategy'> = {
  requests: 100,
  poolSize: 20,
  workMs: 0,
  jitter: 0,
  workAfterMs: 0,
  rows: 1,
  wallets: 1,
  timeouts: NO_TIMEOUTS,
  load: { kind: 'closed' },
  firstFails: false,
};

export interface ScheduledScenario {
  /** Unique in its schedule. */
  readonly label: string;
  readonly scenario: Scenario;
  readonly repeats: number;
}

/** A scenario with these differences from the defaults. */
export function scenarioOf(given: Partial<Scenario> & Pick<Scenario, 'operation' | 'strategy'>): Scenario {
  return { ...SCENARIO_DEFAULTS, ...given };
}

/** Sets one of the three timeouts. */
export function onlyTimeout(which: keyof Timeouts, ms: number): Timeouts {
  return { ...NO_TIMEOUTS, [which]: ms };
}
