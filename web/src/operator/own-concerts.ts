/** The concerts that the signed-in person works at: all, or those of the performances that their scopes are bound to. */
import type { Answer } from '../api/client.ts';
import { call } from '../api/client.ts';
import type { ReadingOptions, Resource } from '../hooks/use-resource.ts';
import { useReading } from '../hooks/use-resource.ts';
import type { Concert, ListedPerformance, Performance } from './answers.ts';
import { mayListAll, ownPerformances } from './permissions.ts';

/** What is known of a concert either way. */
export interface OwnConcert extends Pick<Concert, 'id' | 'title' | 'hidden'> {
  readonly performances: readonly Omit<ListedPerformance, 'soldOut' | 'grades'>[];
}

export function useOwnConcerts(options: ReadingOptions = {}): Resource<readonly OwnConcert[]> {
  const ids = mayListAll() ? undefined : ownPerformances();
  return useReading(
    ids?.join(' ') ?? 'all',
    (signal) => (ids === undefined ? readAll(signal) : readEach(ids, signal)),
    options,
  );
}

async function readAll(signal: AbortSignal): Promise<Answer<readonly OwnConcert[]>> {
  const answer = await call('GET /v1/admin/concerts', { signal });
  return answer.ok ? { ...answer, data: answer.data.concerts } : answer;
}

/** A performance that is gone is left out; any other problem is that of the list. */
async function readEach(ids: readonly string[], signal: AbortSignal): Promise<Answer<readonly OwnConcert[]>> {
  const found: OwnConcert[] = [];
  for (const performanceId of ids) {
    const answer = await call('GET /v1/performances/{performanceId}', { params: { performanceId }, signal });
    if (answer.ok) found.push(concertOf(answer.data));
    else if (answer.problem.status !== 404) return answer;
  }
  return { ok: true, status: 200, data: found };
}

function concertOf(performance: Performance): OwnConcert {
  return { id: performance.concertId, title: performance.title, hidden: false, performances: [performance] };
}
