/** An HTTP client that sends many requests to one service over few connections. */
import { Pool } from 'undici';

export interface ServiceRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Begins with a slash. */
  readonly path: string;
  readonly token?: string;
  /** The Idempotency-Key header. */
  readonly key?: string;
  readonly body?: unknown;
}

export interface ServiceAnswer {
  readonly status: number;
  /** The code of a refusal; undefined for a success. */
  readonly refusal: string | undefined;
  /** From the Retry-After header. */
  readonly retryAfterMs: number | undefined;
  /** The parsed JSON; empty when there was none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** No answer came: the request's outcome is unknown. */
export class NoAnswer extends Error {}

export interface ServiceClient {
  /** Throws `NoAnswer`. */
  send(request: ServiceRequest): Promise<ServiceAnswer>;
  /** Cuts every connection; requests in flight get no answer. */
  close(): void;
}

/** Longer than the service waits for its database, so that an overloaded service's refusal still arrives. */
const ANSWER_TIMEOUT_MS = 15_000;

/** Opens a client whose requests wait while `connections` of them are in flight. */
export function openServiceClient(serviceUrl: string, connections: number): ServiceClient {
  const pool = new Pool(new URL(serviceUrl).origin, {
    connections,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });
  return {
    send: async ({ method, path, token, key, body }) => {
      const headers = {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      };
      const text = body === undefined ? null : JSON.stringify(body);
      try {
        const answer = await pool.request({ method, path, headers, body: text });
        return answerOf(answer.statusCode, answer.headers['retry-after'], await answer.body.text());
      } catch (error) {
        throw new NoAnswer(error instanceof Error ? error.message : String(error), { cause: error });
      }
    },
    close: () => void pool.destroy(),
  };
}

function answerOf(status: number, retryAfter: unknown, text: string): ServiceAnswer {
  const body = parsed(text);
  const { outcome } = body;
  const refusal = typeof outcome === 'string' ? outcome : `status ${status}`;
  const retryAfterSeconds = Number(retryAfter);
  return {
    status,
    refusal: status < 400 ? undefined : refusal,
    retryAfterMs: Number.isFinite(retryAfterSeconds) ? retryAfterSeconds * 1_000 : undefined,
    body,
  };
}

function parsed(text: string): Record<string, unknown> {
  if (text === '') return {};
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    // Not JSON, so not from the service itself: only the status counts.
    return {};
  }
}
