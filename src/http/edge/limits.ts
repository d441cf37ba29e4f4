import type { FastifyReply } from 'fastify';
import type { Rates } from './rates/limiter.ts';

/** Bounds on what a client can make the service spend. */
export interface HttpLimits {
  /** Bytes of a request's body, except of an import. */
  readonly bodyLimitBytes: number;
  /** Bytes of a catalogue sent to the import. */
  readonly importLimitBytes: number;
  /** How long a client may take to send its headers. */
  readonly headersTimeoutMs: number;
  /** How long a client may take to send a whole request. */
  readonly requestTimeoutMs: number;
  /** How long a connection may be idle between two requests. */
  readonly keepAliveTimeoutMs: number;
  /** How long a connection may carry no data while a request is handled or its answer is unread. */
  readonly connectionTimeoutMs: number;
  /** The same for an operator's long requests: an import, an audit. */
  readonly longWorkTimeoutMs: number;
  /** Concurrent watchers of seats; each keeps a connection open. */
  readonly watchersMax: number;
  /** Those of one client, by its address; further ones are refused, and poll instead. */
  readonly watchersPerClientMax: number;
  /** Unread bytes per watcher; one that exceeds them is cut off, and continues when it reconnects. */
  readonly watcherBufferBytesMax: number;
  /** How often a quiet stream of events sends a heartbeat. */
  readonly heartbeatIntervalMs: number;
  /** Concurrent connections, including watchers'; further ones are closed at once. */
  readonly connectionsMax: number;
  /** How long requests in flight may take once the server closes; then their connections are cut. */
  readonly closeTimeoutMs: number;
  /** How often one account, or one address, may send what. */
  readonly rates: Rates;
}

/**
 * A buyer's page sends a few requests for each thing that the buyer does. Behind one address of a mobile network there
 * may be a thousand buyers who all load the page when the sale opens, some ten reads each, and whose pages poll where
 * streams are used up; they sign in within minutes. An honest client sends a token that is refused once, not again and again.
 */
export const RATES = {
  account: { perSecond: 20, burst: 60 },
  address: { perSecond: 1_000, burst: 10_000 },
  'sign-in': { perSecond: 10, burst: 300 },
  unidentified: { perSecond: 5, burst: 50 },
} as const satisfies Rates;

export const HTTP_LIMITS: HttpLimits = {
  bodyLimitBytes: 64 * 1024,
  importLimitBytes: 20 * 1024 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  connectionTimeoutMs: 60_000,
  longWorkTimeoutMs: 660_000,
  watchersMax: 10_000,
  watchersPerClientMax: 50,
  watcherBufferBytesMax: 64 * 1024,
  heartbeatIntervalMs: 15_000,
  connectionsMax: 20_000,
  closeTimeoutMs: 10_000,
  rates: RATES,
};

/** How often slow requests are looked for, unless a limit is shorter. */
export const TIMEOUT_CHECK_INTERVAL_MS = 5_000;

/** Bytes of a request's line and headers; a token has at most 8 kB. */
export const HEADER_BYTES_MAX = 16 * 1024;

/** Characters of one part of a path: an account id of 255, each encoded as three. */
export const PATH_PARAM_LENGTH_MAX = 3 * 255;

export const PAGE_SIZE_MAX = 100;
export const PAGE_SIZE_DEFAULT = 50;

/** Lets the connection be idle for longer during an operator's long request. */
export function allowLongWork(reply: FastifyReply, limits: HttpLimits): void {
  reply.raw.setTimeout(limits.longWorkTimeoutMs, () => reply.raw.destroy());
}
