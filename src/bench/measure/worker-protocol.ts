/** The messages between the benchmark and its workers. */
import type { LatencySummary } from '../../load/latency-summary.ts';
import type { Durability } from '../../operations/durability.ts';
import type { AccessPattern } from '../workloads/access-pattern.ts';

export type Operation = 'topUp' | 'hold' | 'pay';

/** The planted rows of a sample. */
export interface Fixture {
  readonly performanceId: string;
  readonly accountPrefix: string;
  readonly seatsPerHold: number;
}

/** Requests to an engine embedded in the load's process. */
export interface EngineLoad {
  readonly kind: 'engine';
  readonly operation: Operation;
  readonly strategy: string;
  readonly poolSize: number;
  readonly fixture: Fixture;
  readonly pattern: AccessPattern;
  /** Whether a request comes from the row's own account, or from a new account each time. */
  readonly accounts: 'owners' | 'strangers';
  /** What a replay's answer waits for; left out for `local`, which waits for nothing. */
  readonly durability?: Durability;
  /** Closed loop: so many requests in flight. Open loop: so many a second. */
  readonly pace: { readonly inFlight: number } | { readonly perSecond: number };
  readonly durationMs: number;
}

/** Holds of pairs through a box office embedded in the load's process, each by a new account. */
export interface BoxOfficeLoad {
  readonly kind: 'box-office';
  /** Each pair of the pattern by name; the best pair; or by name the pair that a preview has shown. */
  readonly asks: 'named' | 'best-available' | 'previewed';
  /** Over how many of the best places previews are spread; left out for what the service does. */
  readonly spread: number | undefined;
  readonly poolSize: number;
  readonly fixture: Fixture;
  readonly pattern: AccessPattern;
  readonly requests: number;
  readonly inFlight: number;
}

/** Requests over HTTP, with bearer tokens. */
export interface HttpLoad {
  /** Holds and whole purchases are each another new account's; top-ups are all one backend's. */
  readonly requests: 'hold' | 'topUp' | 'purchase';
  /** A bare server's answers have no effects to audit. */
  readonly to: 'service' | 'bare';
  readonly port: number;
  readonly secret: string;
  readonly fixture: Fixture;
  readonly pattern: AccessPattern;
  readonly connections: number;
  readonly durationMs: number;
  /** Whether the report is to say when each seat was held. */
  readonly tellsHeld?: boolean;
}

/** A baseline's script sent through pg, where there is no pgbench. */
export interface ScriptLoad {
  readonly kind: 'script';
  readonly steps: readonly ScriptStep[];
  readonly clients: number;
  readonly rows: number;
  /** The load ends with the first of these two limits. */
  readonly durationMs: number;
  readonly transactionsPerClient: number;
}

/**
 * One statement in one round trip; `:names` are variables. With `into`, the row's columns become variables.
 */
export interface ScriptStep {
  readonly sql: string;
  readonly into?: boolean;
}

export type Load = EngineLoad | BoxOfficeLoad | ScriptLoad;

export interface LoadReport {
  /** How often each outcome came. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly successes: number;
  /** From the first request to the last answer. */
  readonly elapsedMs: number;
  /** From the first request to the last success. */
  readonly lastSuccessMs: number;
  readonly winners: LatencySummary;
  readonly losers: LatencySummary;
  /** Statements that this process sent to the database, BEGIN and COMMIT included. */
  readonly statements: number;
  /** Only where `tellsHeld` asks for it. */
  readonly held?: readonly SeatAnswer[];
}

export interface WatchRequest {
  readonly port: number;
  readonly performanceId: string;
  readonly watchers: number;
  /** Connections that have had an answer and are kept open without another request. */
  readonly idle: number;
  /** From how many of this machine's addresses all of these come, 127.0.0.1 and those after it. */
  readonly addresses: number;
}

export interface WatchReport {
  /** From a buyer's answer to the event that names the seat, at each probe. */
  readonly delays: LatencySummary;
  /** Events at one watcher. */
  readonly events: number;
  /** Streams that the service ended. */
  readonly ended: number;
  /** Idle connections that the service ended. */
  readonly idleEnded: number;
}

/** When the buyer of a seat got the answer, in milliseconds since 1970. */
export type SeatAnswer = readonly [seat: number, atMs: number];

export interface AuditVerdict {
  readonly clean: boolean;
  readonly violations: number;
  /** The first violations, a sentence each. */
  readonly examples: readonly string[];
  readonly auditMs: number;
}

export type WorkerRequest =
  | { readonly type: 'connect'; readonly databaseUrl: string }
  /** Opens so many connections to the database, which the next load of as many uses. */
  | { readonly type: 'open'; readonly connections: number }
  | { readonly type: 'run'; readonly load: Load }
  /** Makes the requests of a load over HTTP and opens its connections. */
  | { readonly type: 'prepare'; readonly load: HttpLoad }
  | { readonly type: 'run-prepared' }
  /** Audits the database with the journal of the last load. */
  | { readonly type: 'audit' }
  /** Serves the bare HTTP server. */
  | { readonly type: 'serve-bare' }
  | { readonly type: 'watch'; readonly watch: WatchRequest }
  /** Ends the streams and measures how long after these answers the watchers saw the seats. */
  | { readonly type: 'stop-watching'; readonly held: readonly SeatAnswer[] };

export type WorkerReport =
  | { readonly report: 'ready' }
  | { readonly report: 'connected' }
  | { readonly report: 'open' }
  | { readonly report: 'prepared' }
  | { readonly report: 'ran'; readonly result: LoadReport }
  | { readonly report: 'audited'; readonly verdict: AuditVerdict }
  | { readonly report: 'serving'; readonly port: number }
  | { readonly report: 'watching' }
  | { readonly report: 'watched'; readonly seen: WatchReport }
  | { readonly report: 'failed'; readonly message: string };
