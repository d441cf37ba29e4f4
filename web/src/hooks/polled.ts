/** An answer of the service that is asked for again and again while somebody looks. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Problem } from '../api/client.ts';
import { call } from '../api/client.ts';
import { session } from '../api/sign-in.ts';
import { whenVisible } from './visible.ts';

export interface Polled<T> {
  /** The last answer; it stays while a later one fails. */
  readonly data: T | undefined;
  /** Why the last try failed. */
  readonly problem: Problem | undefined;
  /** Asks again now. */
  readonly refresh: () => void;
}

interface Received<T> {
  readonly path: string;
  readonly data?: T;
  readonly problem?: Problem;
}

/** Without `everyMs` it is asked for once. A pause lies between an answer and the next question, so that a slow service
 * is not asked faster than it answers; a hidden page asks nothing. */
export function usePolled<T>(path: string, everyMs?: number): Polled<T> {
  const [received, setReceived] = useState<Received<T>>({ path });
  const [round, setRound] = useState(0);
  const token = session.value?.token;
  useEffect(() => {
    const gone = new AbortController();
    const ask = async (): Promise<void> => {
      while (!gone.signal.aborted) {
        const answer = await call<T>({ method: 'GET', path, signal: gone.signal });
        if (gone.signal.aborted) return;
        setReceived((before) => {
          if (answer.ok) return { path, data: answer.data };
          const kept = before.path === path && before.data !== undefined ? { data: before.data } : {};
          return { path, ...kept, problem: answer.problem };
        });
        // A new token begins a new round; without one the answer would stay the same.
        if (!answer.ok && answer.problem.status === 401) return;
        if (everyMs === undefined) return;
        await whenVisible(everyMs, gone.signal);
      }
    };
    void ask();
    return () => gone.abort();
  }, [path, everyMs, round, token]);
  const refresh = useCallback(() => setRound((before) => before + 1), []);
  const current = received.path === path ? received : undefined;
  return { data: current?.data, problem: current?.problem, refresh };
}
