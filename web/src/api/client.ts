/** The one way in which the pages talk to the service. */
import { noteCurrency } from './currency.ts';
import { noteDatabaseTime } from './database-clock.ts';
import type { Answer, Problem } from './answer.ts';
import type { AnswerOf, AnyGiven, ApiRequest, Given, Route } from './request-to.ts';
import { requestTo } from './request-to.ts';
import { toBrowser } from '../routing/place.ts';
import type { Session } from '../session/current-session.ts';
import { currentSession, noteRefused } from '../session/current-session.ts';

export type { Answer, Problem } from './answer.ts';

export interface CallOptions {
  /** The Idempotency-Key. */
  readonly key?: string;
  readonly signal?: AbortSignal;
  /** Instead of the current session; null asks as nobody, though a cookie goes along with any request. */
  readonly session?: Session | null;
  /** An import or an audit takes longer than a buyer waits. */
  readonly timeoutMs?: number;
}

/** Longer than the service waits for its database, so that the page gets the answer of an overloaded service. */
const ANSWER_TIMEOUT_MS = 20_000;

/** Calls a route. Never throws: no connection is the problem `offline` (status 0, retry `same`). */
export function call<R extends Route>(
  route: R,
  ...given: Given<R, CallOptions>
): Promise<Answer<AnswerOf<R>>>;
export function call(route: Route, given: AnyGiven & CallOptions = {}): Promise<Answer<unknown>> {
  return send(requestTo(route, given), given);
}

/** Sends a request as it was made, perhaps by an earlier page. */
export async function send(request: ApiRequest, options: CallOptions): Promise<Answer<unknown>> {
  const session = options.session === undefined ? currentSession.value : (options.session ?? undefined);
  const sentAtMs = performance.now();
  let response: Response;
  let text: string;
  try {
    response = await fetch(toBrowser(request.path), fetchOptions(request, options, session));
    text = await response.text();
  } catch {
    return { ok: false, problem: OFFLINE };
  }
  const { ok, status, headers } = response;
  if (ok && headers.get('content-type')?.startsWith('text/csv') === true) return { ok, status, data: text };
  const data = parsed(text);
  if (ok && (text === '' || data !== undefined)) {
    if (typeof data?.['at'] === 'string') noteDatabaseTime(data['at'], sentAtMs, performance.now());
    if (data !== undefined) noteCurrency(data);
    return { ok, status, data };
  }
  if (status === 401 && session !== undefined) noteRefused(session);
  return { ok: false, problem: problemOf(response, data) };
}

function fetchOptions(
  { method, body }: ApiRequest,
  { key, signal, timeoutMs = ANSWER_TIMEOUT_MS }: CallOptions,
  session: Session | undefined,
): RequestInit {
  const timeout = AbortSignal.timeout(timeoutMs);
  return {
    method,
    headers: {
      ...(session !== undefined && proofOf(session)),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
  };
}

/** With a cookie the page says whom it takes the browser for: another tab may have signed in as somebody else. */
function proofOf({ token, accountId }: Session): Readonly<Record<string, string>> {
  return token === null ? { 'rowlock-account': accountId } : { authorization: `Bearer ${token}` };
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
