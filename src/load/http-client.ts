/** A plain HTTP client for sending much work to one service over few connections. */
import { Agent, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';

export interface ServiceRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Begins with a slash. */
  readonly path: string;
  readonly token?: string;
  /** Its Idempotency-Key. */
  readonly key?: string;
  readonly body?: unknown;
}

export interface ServiceAnswer {
  readonly status: number;
  /** The code of a refusal; undefined for a success. */
  readonly refusal: string | undefined;
  /** Of the Retry-After header. */
  readonly retryAfterMs: number | undefined;
  /** The parsed JSON; empty when there was none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Nothing was heard: the request may have had its effect or not. */
export class NoAnswer extends Error {}

export interface ServiceClient {
  /** Errors: `NoAnswer`. */
  send(request: ServiceRequest): Promise<ServiceAnswer>;
  /** Cuts every connection; what is in flight gets no answer. */
  close(): void;
}

/** Longer than the service waits for its database, so that an overloaded service is heard and not given up. */
const ANSWER_TIMEOUT_MS = 15_000;

/** Opens a client whose requests wait when `connections` of them are in flight. */
export function openServiceClient(serviceUrl: string, connections: number): ServiceClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(serviceUrl);
  const base = { agent, hostname: hostname.replaceAll(/[[\]]/g, ''), port };
  return {
    send: async ({ method, path, token, key, body }) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(text !== undefined && { 'content-type': 'application/json' }),
        // Stated, because Node sends a DELETE with a body in chunks.
        'content-length': Buffer.byteLength(text ?? ''),
      };
      const [response, received] = await exchange({ ...base, method, path, headers }, text);
      return answerOf(response, received);
    },
    close: () => agent.destroy(),
  };
}

function exchange(
  options: Parameters<typeof httpRequest>[1] & object,
  text: string | undefined,
): Promise<[IncomingMessage, string]> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(new NoAnswer(error.message, { cause: error }));
    const sent = httpRequest(options, (response) => {
      let received = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (received += chunk));
      response.on('end', () => resolve([response, received]));
      response.on('error', fail);
    });
    sent.setTimeout(ANSWER_TIMEOUT_MS, () =>
      sent.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`)),
    );
    sent.on('error', fail);
    sent.end(text);
  });
}

function answerOf(response: IncomingMessage, received: string): ServiceAnswer {
  const status = response.statusCode ?? 0;
  const body = parsed(received);
  const { outcome } = body;
  const retryAfter = Number(response.headers['retry-after']);
  return {
    status,
    refusal: status < 400 ? undefined : typeof outcome === 'string' ? outcome : `status ${status}`,
    retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1_000 : undefined,
    body,
  };
}

function parsed(text: string): Record<string, unknown> {
  if (text === '') return {};
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    // An answer that is no JSON does not come from the service: its status is all that is known.
    return {};
  }
}
