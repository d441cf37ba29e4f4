/** What the benchmark's processes tell each other. */
import type { LatencySummary } from '../../load/latency-summary.ts';
import type { AccessPattern } from '../workloads/access-pattern.ts';

export type Operation = 'topUp' | 'hold' | 'pay';

/** Where the rows of a sample are, as the stage was set. */
export interface Fixture {
  readonly performanceId: string;
  /** With what the names of the sample's accounts begin. */
  readonly accountPrefix: string;
  readonly seatsPerHold: number;
}

/** Requests to the engine in the load's own process, as where it is embedded. */
export interface EngineLoad {
  readonly kind: 'engine';
  readonly operation: Operation;
  readonly strategy: string;
  readonly poolSize: number;
  readonly fixture: Fixture;
  readonly pattern: AccessPattern;
  /** Whose each request is: the row's (its owner), or a new account's for each request. */
  readonly accounts: 'owners' | 'strangers';
  /** Closed loop: so many requests are in flight. Open loop: so many arrive a second, whatever becomes of them. */
  readonly pace: { readonly inFlight: number } | { readonly perSecond: number };
  /** After that no further request is sent. */
  readonly durationMs: number;
}

/** The performance, and the account, of requests to a service that are to reach no engine. */
export const NOTHING = 'nothing';

/** Requests over HTTP to a service, with bearer tokens. */
export interface HttpLoad {
  readonly kind: 'http';
  readonly operation: 'topUp' | 'hold';
  /** The engine; or, through the same route, nothing. */
  readonly reaches: 'engine' | 'nothing';
  readonly port: number;
  /** Signs the tokens. */
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
  /** Either may end it. */
  readonly durationMs: number;
  readonly transactionsPerClient: number;
}

/** One statement and one round trip; `:names` are variables. With `into` its row's columns become variables. */
export interface ScriptStep {
  readonly sql: string;
  readonly into?: boolean;
}

export type Load = EngineLoad | HttpLoad | ScriptLoad;

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
  /** Of holds over HTTP, where that was asked for. */
  readonly held?: readonly SeatAnswer[];
}

/** Streams of a performance's seats that are opened and read. */
export interface WatchRequest {
  readonly port: number;
  readonly performanceId: string;
  readonly watchers: number;
}

/** What the watchers have seen. */
export interface WatchReport {
  /** From a buyer's answer to the event that names the seat, at each of some watchers. */
  readonly delays: LatencySummary;
  /** Events at one watcher. */
  readonly events: number;
  /** Streams that the service ended. */
  readonly ended: number;
}

/** When the buyer of a seat got the answer: the seat's number and milliseconds since 1970. */
export type SeatAnswer = readonly [seat: number, atMs: number];

export interface AuditVerdict {
  readonly clean: boolean;
  readonly violations: number;
  /** The first violations, a sentence each. */
  readonly examples: readonly string[];
  readonly auditMs: number;
}

/** What the benchmark tells a worker. */
export type WorkerRequest =
  | { readonly type: 'connect'; readonly databaseUrl: string }
  | { readonly type: 'run'; readonly load: Load }
  /** Audits the database with the journal of the last load. */
  | { readonly type: 'audit' }
  /** Serves the bare HTTP server. */
  | { readonly type: 'serve-bare' }
  | { readonly type: 'watch'; readonly watch: WatchRequest }
  /** Ends the streams, and counts how long after these answers their seats were seen. */
  | { readonly type: 'stop-watching'; readonly held: readonly SeatAnswer[] };

/** What a worker answers. */
export type WorkerReport =
  | { readonly report: 'ready' }
  | { readonly report: 'connected' }
  | { readonly report: 'ran'; readonly result: LoadReport }
  | { readonly report: 'audited'; readonly verdict: AuditVerdict }
  | { readonly report: 'serving'; readonly port: number }
  | { readonly report: 'watching' }
  | { readonly report: 'watched'; readonly seen: WatchReport }
  | { readonly report: 'failed'; readonly message: string };
