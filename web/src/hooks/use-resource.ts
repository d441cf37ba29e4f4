/** Reads from the service for a component: once, again and again, and whenever the reader comes back to the page. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Answer, Problem } from '../api/answer.ts';
import { backoffMs } from '../api/backoff.ts';
import { send } from '../api/client.ts';
import type { AnswerOf, AnyGiven, Given, Route } from '../api/request-to.ts';
import { requestTo } from '../api/request-to.ts';
import { session } from '../api/sign-in.ts';

export interface Resource<T> {
  /** The newest answer. It stays while it is read again, and while that fails. */
  readonly data: T | undefined;
  /** Why the last read failed. */
  readonly problem: Problem | undefined;
  readonly reload: () => void;
}

export interface ReadingOptions {
  /** The pause between an answer and the next read, so that a slow service is not asked faster than it answers. */
  readonly everyMs?: number;
}

/** Reads a route; without a route it reads nothing. */
export function useResource<R extends Extract<Route, `GET ${string}`>>(
  route: R | undefined,
  ...given: Given<R, ReadingOptions>
): Resource<AnswerOf<R>>;
export function useResource(
  route: Route | undefined,
  given: AnyGiven & ReadingOptions = {},
): Resource<unknown> {
  const request = route && requestTo(route, given);
  return useReading(request?.path, (signal) => send(request!, { signal }), given);
}

/**
 * Reads by any function, which may answer undefined when nothing has changed. `key` names what is read; without it nothing
 * is. A hidden page reads nothing, and a read that may succeed by itself is tried again.
 */
export function useReading<T>(
  key: string | undefined,
  read: (signal: AbortSignal) => Promise<Answer<T> | undefined>,
  { everyMs }: ReadingOptions,
): Resource<T> {
  const [state, setState] = useState<{ key?: string; data?: T | undefined; problem?: Problem }>({});
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((known) => known + 1), []);
  const newestRead = useRef(read);
  newestRead.current = read;
  const failures = useRef(0);
  // Another account sees other things.
  const as = session.value;

  useEffect(() => {
    if (key === undefined) return undefined;
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const answer = await newestRead.current(gone.signal);
      if (gone.signal.aborted) return;
      const problem = answer?.ok === false ? answer.problem : undefined;
      failures.current = problem === undefined ? 0 : failures.current + 1;
      if (answer?.ok === true) setState({ key, data: answer.data });
      if (problem !== undefined)
        setState((before) => ({ key, data: before.key === key ? before.data : undefined, problem }));
      const pauseMs = pauseMsAfter(problem, failures.current, everyMs);
      if (pauseMs !== undefined) timer = setTimeout(() => isVisible() && void ask(), pauseMs);
    };
    const reloadWhenVisible = (): void => {
      if (isVisible()) reload();
    };
    void ask();
    addEventListener('online', reload);
    document.addEventListener('visibilitychange', reloadWhenVisible);
    return () => {
      gone.abort();
      clearTimeout(timer);
      removeEventListener('online', reload);
      document.removeEventListener('visibilitychange', reloadWhenVisible);
    };
  }, [key, everyMs, turn, as]);

  const { data, problem } = state.key === key ? state : {};
  return { data, problem, reload };
}

function isVisible(): boolean {
  return document.visibilityState === 'visible';
}

/** Undefined when the answer would stay the same: a refused token is the same until the next sign-in. */
function pauseMsAfter(
  problem: Problem | undefined,
  failures: number,
  everyMs: number | undefined,
): number | undefined {
  if (problem?.status === 401) return undefined;
  if (everyMs !== undefined) return Math.max(everyMs, (problem?.retryAfterSeconds ?? 0) * 1000);
  if (problem?.retry !== 'same') return undefined;
  return backoffMs(failures + 1, Math.random(), problem.retryAfterSeconds);
}
