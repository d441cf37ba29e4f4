/** The sales of several performances, asked for one after the other: counting seats costs the database something. */
import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../api/client.ts';
import { call } from '../api/client.ts';
import { session } from '../api/sign-in.ts';
import type { Sales } from './answers.ts';
import { whenVisible } from '../hooks/visible.ts';

export interface SalesOf {
  readonly byPerformance: ReadonlyMap<string, Sales>;
  readonly problem: Problem | undefined;
}

/** Between two rounds, so that a dashboard left open costs little. */
const ROUND_EVERY_MS = 2_000;

export function useSalesOf(performanceIds: readonly string[]): SalesOf {
  const [known, setKnown] = useState<SalesOf>({ byPerformance: new Map(), problem: undefined });
  const token = session.value?.token;
  const ids = performanceIds.join(' ');
  useEffect(() => {
    const gone = new AbortController();
    const askAll = async (): Promise<void> => {
      while (!gone.signal.aborted) {
        for (const id of ids.split(' ').filter((each) => each !== '')) {
          const path = `/v1/admin/performances/${id}/sales`;
          const answer = await call<Sales>({ method: 'GET', path, signal: gone.signal });
          if (gone.signal.aborted) return;
          if (!answer.ok && answer.problem.status === 401) return;
          setKnown(({ byPerformance }) =>
            answer.ok
              ? { byPerformance: new Map(byPerformance).set(id, answer.data), problem: undefined }
              : { byPerformance, problem: answer.problem },
          );
        }
        await whenVisible(ROUND_EVERY_MS, gone.signal);
      }
    };
    void askAll();
    return () => gone.abort();
  }, [ids, token]);
  return known;
}
