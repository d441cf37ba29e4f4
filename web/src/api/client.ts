/** The one way in which the pages talk to the service. */
import { noteDatabaseTime } from './database-clock.ts';
import type { Answer, Problem } from './answer.ts';
import { currentSession, noteRefusedToken } from '../session/current-session.ts';

export type { Answer, Problem } from './answer.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** The Idempotency-Key. */
  readonly key?: string;
  readonly signal?: AbortSignal;
  /** Instead of the session's token; null sends none. */
  readonly token?: string | null;
  /** An import or an audit takes longer than a buyer waits. */
  readonly timeoutMs?: number;
  /** The answer is wanted as it is, not as JSON: a file. */
  readonly as?: 'text';
}

/** Longer than the service waits for its database, so that the answer of an overloaded service still arrives. */
const ANSWER_TIMEOUT_MS = 20_000;

/** Never throws: no connection is the problem `offline` (status 0, retry `same`). */
export async function call<T>(request: Call): Promise<Answer<T>> {
  const token = request.token === undefined ? currentSession.value?.token : (request.token ?? undefined);
  const sentAtMs = performance.now();
  let response: Response;
  let text: string;
  try {
    response = await fetch(request.path, fetchOptions(request, token));
    text = await response.text();
  } catch {
    return { ok: false, problem: OFFLINE };
  }
  if (response.ok && request.as === 'text') return { ok: true, status: response.status, data: text as T };
  const data = parsed(text);
  if (response.ok && (text === '' || data !== undefined)) {
    if (typeof data?.['at'] === 'string') noteDatabaseTime(data['at'], sentAtMs, performance.now());
    return { ok: true, status: response.status, data: data as T };
  }
  if (response.status === 401 && token !== undefined) noteRefusedToken(token);
  return { ok: false, problem: problemOf(response, data) };
}

function fetchOptions(request: Call, token: string | undefined): RequestInit {
  const { method, body, key, signal, timeoutMs = ANSWER_TIMEOUT_MS } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  return {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
  };
}

const OFFLINE: Problem = { outcome: 'offline', status: 0, title: 'No connection', retry: 'same' };

function problemOf(response: Response, data: Readonly<Record<string, unknown>> | undefined): Problem {
  const retryAfterSeconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const waiting = Number.isFinite(retryAfterSeconds) ? { retryAfterSeconds } : {};
  if (typeof data?.['outcome'] === 'string') return { ...(data as unknown as Problem), ...waiting };
  return { ...strangerProblem(response.status), ...waiting };
}

/** An answer that is not the service's own, such as a proxy's: behind a 5xx the request may have had its effect. */
function strangerProblem(status: number): Problem {
  const title = `HTTP ${status}`;
  if (status === 429) return { outcome: 'rate_limited', status, title, retry: 'same' };
  if (status === 401) return { outcome: 'unauthenticated', status, title, retry: 'changed' };
  if (status >= 400 && status < 500) {
    const outcome = status === 404 ? 'not_found' : 'invalid_request';
    return { outcome, status, title, retry: 'changed' };
  }
  return { outcome: 'outcome_unknown', status, title, retry: 'same' };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
