import type { FastifyReply } from 'fastify';

/** Bounds of everything that a client can make the service spend. */
export interface HttpLimits {
  /** Bytes of a request's body, except of an import. */
  readonly bodyLimitBytes: number;
  /** Bytes of a catalogue sent to the import. */
  readonly importLimitBytes: number;
  /** How long a client may take to send its headers. */
  readonly headersTimeoutMs: number;
  /** How long a client may take to send a whole request. */
  readonly requestTimeoutMs: number;
  /** How long a connection may lie idle between two requests. */
  readonly keepAliveTimeoutMs: number;
  /** How long a connection may carry nothing while a request is worked on or its answer is not read. */
  readonly connectionTimeoutMs: number;
  /** The same for an operator's long work: an import, an audit. */
  readonly longWorkTimeoutMs: number;
  /** Watchers of seats at once; each keeps a connection open. Further ones are refused. */
  readonly watchersMax: number;
  /** Bytes that may wait for a watcher to read them; one that lets more wait is cut off, and continues when it comes back. */
  readonly watcherBufferBytesMax: number;
  /** How often a quiet stream of events shows that it is alive. */
  readonly heartbeatIntervalMs: number;
  /** Connections at once, watchers' included; further ones are closed at once. */
  readonly connectionsMax: number;
  /** How long requests in flight may take when the server closes; then their connections are cut. */
  readonly closeTimeoutMs: number;
  /** Requests of one account, or of one address without a token, in a window of time; undefined sets no bound. */
  readonly rate: { readonly requests: number; readonly windowMs: number } | undefined;
}

export const HTTP_LIMITS: HttpLimits = {
  bodyLimitBytes: 64 * 1024,
  importLimitBytes: 20 * 1024 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  connectionTimeoutMs: 60_000,
  longWorkTimeoutMs: 660_000,
  watchersMax: 10_000,
  watcherBufferBytesMax: 64 * 1024,
  heartbeatIntervalMs: 15_000,
  connectionsMax: 20_000,
  closeTimeoutMs: 10_000,
  rate: undefined,
};

/** How often requests that take too long to arrive are looked for, unless a limit is shorter. */
export const TIMEOUT_CHECK_INTERVAL_MS = 5_000;

/** Bytes of a request's line and headers together; a token has at most 8 kB. */
export const HEADER_BYTES_MAX = 16 * 1024;

/** Characters of one part of a path. An account has at most 255, of which each may be encoded as three. */
export const PATH_PARAM_LENGTH_MAX = 3 * 255;

/** Entries on one page of a list. */
export const PAGE_SIZE_MAX = 100;
export const PAGE_SIZE_DEFAULT = 50;

/** Lets the connection lie idle for longer while an operator's work takes its time. */
export function allowLongWork(reply: FastifyReply, limits: HttpLimits): void {
  reply.raw.setTimeout(limits.longWorkTimeoutMs, () => reply.raw.destroy());
}
