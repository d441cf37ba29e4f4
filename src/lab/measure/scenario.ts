/** What one run of the lab does: which operation, by which strategy, how many requests, how hot, how bounded. */

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

/** `closed`: everyone at once, each waiting for the answer. `open`: they arrive by chance at a rate, whatever happens. */
export type Load = { readonly kind: 'closed' } | { readonly kind: 'open'; readonly perSecond: number };

export interface Scenario {
  readonly operation: Operation;
  /** As `src/operations/registry.ts` has it, or with the lab's own `+until-success` after it. */
  readonly strategy: string;
  readonly requests: number;
  readonly poolSize: number;
  /** Work between an operation's read and its write, inside the transaction. */
  readonly workMs: number;
  /** Share of `workMs` by which each request's work is shorter or longer, by chance: 0 to 1. */
  readonly jitter: number;
  /** Work after the write and before the commit, while the row is locked whatever the strategy. */
  readonly workAfterMs: number;
  /** How many wallets, seats or reservations the requests are spread over, evenly: 1 is the hottest. */
  readonly rows: number;
  /** For `pay`: from how many wallets the reservations are paid. */
  readonly wallets: number;
  readonly timeouts: Timeouts;
  readonly load: Load;
  /** Takes the place of the strategy's own isolation level. */
  readonly isolation?: Isolation | undefined;
  /** The first transaction that is about to commit is rolled back instead, as if its client had died. */
  readonly firstFails: boolean;
}

/** A hot row, a crowd of a hundred, nothing special. */
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

/** A scenario under a name, measured `repeats` times. */
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

/** The same bound for one of the three, none for the others. */
export function onlyTimeout(which: keyof Timeouts, ms: number): Timeouts {
  return { ...NO_TIMEOUTS, [which]: ms };
}
