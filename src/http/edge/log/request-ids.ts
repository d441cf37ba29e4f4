/** What a request is called: by this service, by its client, and in the trace that it belongs to. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** Under these names a request is in the log. */
export interface RequestIds {
  /** Ours, which no client can choose; a problem's `instance` is made of it. */
  readonly reqId: string;
  readonly clientRequestId?: string;
  readonly traceId?: string;
}

/** The ids of a request, for a line of the log. */
export function idsOf({ id, headers }: Pick<FastifyRequest, 'id' | 'headers'>): RequestIds {
  const clientRequestId = clientRequestIdOf(headers);
  const traceId = traceIdOf(headers);
  return {
    reqId: id,
    ...(clientRequestId !== undefined && { clientRequestId }),
    ...(traceId !== undefined && { traceId }),
  };
}

const SAFE_ID = /^[\w.-]{1,64}$/;

/** The X-Request-Id that the client sent; undefined for one that is long, odd or sent twice. */
export function clientRequestIdOf(headers: IncomingHttpHeaders): string | undefined {
  const given = headers['x-request-id'];
  return typeof given === 'string' && SAFE_ID.test(given) ? given : undefined;
}

/** Versions to come may add fields at the end (W3C Trace Context, section 3.2.4); `ff` is none. */
const TRACEPARENT =
  /^(?:00-(?<trace>[\da-f]{32})-(?<parent>[\da-f]{16})-[\da-f]{2}|(?!00|ff)[\da-f]{2}-(?<later>[\da-f]{32})-(?<laterParent>[\da-f]{16})-[\da-f]{2}(?:-.*)?)$/;

/** The trace that the client's `traceparent` names; undefined unless that is valid. */
export function traceIdOf(headers: IncomingHttpHeaders): string | undefined {
  const given = headers['traceparent'];
  if (typeof given !== 'string') return undefined;
  const { trace, parent, later, laterParent } = TRACEPARENT.exec(given)?.groups ?? {};
  const found = trace ?? later;
  return isZero(found) || isZero(parent ?? laterParent) ? undefined : found;
}

function isZero(id: string | undefined): boolean {
  return id !== undefined && /^0+$/.test(id);
}
