/** All concerts, for the pages that need names and dates. */
import type { Problem } from '../api/answer.ts';
import type { Concert } from '../api/types.ts';
import { useResource } from './use-resource.ts';

export interface Catalogue {
  readonly concerts: readonly Concert[] | undefined;
  readonly problem: Problem | undefined;
}

/** Kept for the next page, which shows them at once. */
let lastRead: readonly Concert[] | undefined;

export function useCatalogue(): Catalogue {
  const { data, problem } = useResource('GET /v1/concerts');
  lastRead = data?.concerts ?? lastRead;
  return { concerts: lastRead, problem };
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
