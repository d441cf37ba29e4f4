/** Reads from the service for a component, and again when asked. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../api/answer.ts';
import { call } from '../api/client.ts';
import { backoffMs } from '../api/backoff.ts';
import { session } from '../api/sign-in.ts';

export interface Read<T> {
  /** The newest answer; what was read before stays while it is read again. */
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  /** Reads again. */
  readonly again: () => void;
}

/** Reads a path; an undefined path is not read. What may succeed by itself is tried again by itself. */
export function useRead<T>(path: string | undefined): Read<T> {
  const [state, setState] = useState<{ data: T | undefined; problem: Problem | undefined; path?: string }>({
    data: undefined,
    problem: undefined,
  });
  const [turn, setTurn] = useState(0);
  const attempts = useRef(0);
  const again = useCallback(() => setTurn((known) => known + 1), []);
  // Another account sees other things.
  const token = session.value?.token;

  useEffect(() => {
    if (path === undefined) return undefined;
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    void call<T>({ method: 'GET', path, signal: gone.signal }).then((answer) => {
      if (gone.signal.aborted) return;
      if (answer.ok) {
        attempts.current = 0;
        setState({ data: answer.data, problem: undefined, path });
        return;
      }
      const { problem } = answer;
      setState((known) => ({ data: known.path === path ? known.data : undefined, problem, path }));
      if (problem.retry !== 'same') return;
      attempts.current += 1;
      timer = setTimeout(again, backoffMs(attempts.current + 1, Math.random(), problem.retryAfterSeconds));
    });
    const againWhenSeen = (): void => {
      if (document.visibilityState === 'visible') again();
    };
    addEventListener('online', again);
    document.addEventListener('visibilitychange', againWhenSeen);
    return () => {
      gone.abort();
      clearTimeout(timer);
      removeEventListener('online', again);
      document.removeEventListener('visibilitychange', againWhenSeen);
    };
  }, [path, turn, token]);

  return { data: state.path === path ? state.data : undefined, problem: state.problem, again };
}
