/** All concerts, for the pages that need names and dates. */
import type { Answer, Problem } from '../api/answer.ts';
import { call } from '../api/client.ts';
import type { Concert, ListConcertsAnswer } from '../api/types.ts';
import { useReading } from './use-resource.ts';

export interface Catalogue {
  readonly concerts: readonly Concert[] | undefined;
  readonly problem: Problem | undefined;
}

/** One reading serves all who ask within this time. */
const FRESH_MS = 30_000;

let reading: Promise<Answer<ListConcertsAnswer>> | undefined;
let readAtMs = 0;
/** Shown at once by the next page. */
let lastRead: readonly Concert[] | undefined;

export function useCatalogue(): Catalogue {
  const { data, problem } = useReading('concerts', readIfOld, {});
  return { concerts: data?.concerts ?? lastRead, problem };
}

async function readIfOld(): Promise<Answer<ListConcertsAnswer>> {
  if (reading === undefined || performance.now() - readAtMs > FRESH_MS) {
    reading = call('GET /v1/concerts');
    readAtMs = performance.now();
  }
  const answer = await reading;
  if (answer.ok) lastRead = answer.data.concerts;
  else reading = undefined;
  return answer;
}

export interface Named {
  readonly concert: Concert;
  readonly performance: Concert['performances'][number];
}

/** The performance and its concert. */
export function findPerformance(
  all: readonly Concert[] | undefined,
  performanceId: string,
): Named | undefined {
  for (const concert of all ?? []) {
    const performance = concert.performances.find(({ id }) => id === performanceId);
    if (performance !== undefined) return { concert, performance };
  }
  return undefined;
}
