/** All concerts, for the pages that need names and dates. */
import type { Answer, Problem } from '../api/answer.ts';
import { call } from '../api/client.ts';
import type { Concert, ListConcertsAnswer } from '../api/types.ts';
import { useReading } from './use-resource.ts';

export interface Catalogue {
  readonly concerts: readonly Concert[] | undefined;
  /** The servers that were away: performances of theirs are missing. */
  readonly away: readonly string[] | undefined;
  readonly problem: Problem | undefined;
}

/** One reading serves all who ask within this time. */
const FRESH_MS = 30_000;

/** An operator's pages read hidden concerts too. */
type CatalogueRoute = 'GET /v1/concerts' | 'GET /v1/admin/concerts';

interface Read {
  readonly reading: Promise<Answer<ListConcertsAnswer>>;
  readonly atMs: number;
}

const reads = new Map<CatalogueRoute, Read>();
/** Shown at once by the next page. */
const lastRead = new Map<CatalogueRoute, readonly Concert[]>();

export function useCatalogue(route: CatalogueRoute = 'GET /v1/concerts'): Catalogue {
  const { data, problem } = useReading(route, () => readIfOld(route), {});
  return { concerts: data?.concerts ?? lastRead.get(route), away: data?.away, problem };
}

async function readIfOld(route: CatalogueRoute): Promise<Answer<ListConcertsAnswer>> {
  let read = reads.get(route);
  if (read === undefined || performance.now() - read.atMs > FRESH_MS) {
    read = { reading: call(route), atMs: performance.now() };
    reads.set(route, read);
  }
  const answer = await read.reading;
  if (answer.ok) lastRead.set(route, answer.data.concerts);
  // What was missing may be back.
  if (!answer.ok || answer.data.away !== undefined) reads.delete(route);
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
