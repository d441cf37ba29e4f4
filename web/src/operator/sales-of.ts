/** The sales of several performances, asked for one after the other: counting seats costs the database something. */
import { useState } from 'preact/hooks';
import type { Answer, Problem } from '../api/client.ts';
import { call } from '../api/client.ts';
import { useReading } from '../hooks/use-resource.ts';
import type { Sales } from './answers.ts';

export interface SalesOf {
  readonly byPerformance: ReadonlyMap<string, Sales>;
  readonly problem: Problem | undefined;
}

/** Between two rounds, so that a dashboard left open costs little. */
const ROUND_EVERY_MS = 2_000;

export function useSalesOf(performanceIds: readonly string[]): SalesOf {
  const [byPerformance, setSales] = useState<ReadonlyMap<string, Sales>>(new Map());
  const readAll = async (signal: AbortSignal): Promise<Answer<unknown> | undefined> => {
    let failed: Answer<unknown> | undefined;
    for (const performanceId of performanceIds) {
      const answer = await call('GET /v1/admin/performances/{performanceId}/sales', {
        params: { performanceId },
        signal,
      });
      if (signal.aborted) return undefined;
      if (answer.ok) setSales((known) => new Map(known).set(performanceId, answer.data));
      else failed = answer;
    }
    return failed ?? { ok: true, status: 200, data: undefined };
  };
  const { problem } = useReading(performanceIds.join(' '), readAll, { everyMs: ROUND_EVERY_MS });
  return { byPerformance, problem };
}
