/** All concerts, read once for the pages that only need names and dates. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Problem } from './answer.ts';
import { call } from './client.ts';
import type { Concert, ListConcertsAnswer } from './types.ts';
import { backoffMs } from './backoff.ts';

const FRESH_MS = 30_000;

const concerts = signal<readonly Concert[] | undefined>(undefined);
const problem = signal<Problem | undefined>(undefined);
let readAtMs = Number.NEGATIVE_INFINITY;
let attempts = 0;

export interface Catalogue {
  readonly concerts: readonly Concert[] | undefined;
  readonly problem: Problem | undefined;
}

export function useCatalogue(): Catalogue {
  useEffect(() => void readIfOld(), []);
  return { concerts: concerts.value, problem: problem.value };
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

async function readIfOld(): Promise<void> {
  if (performance.now() - readAtMs < FRESH_MS) return;
  readAtMs = performance.now();
  const answer = await call<ListConcertsAnswer>({ method: 'GET', path: '/v1/concerts' });
  if (answer.ok) {
    attempts = 0;
    concerts.value = answer.data.concerts;
    problem.value = undefined;
    return;
  }
  problem.value = answer.problem;
  readAtMs = Number.NEGATIVE_INFINITY;
  attempts += 1;
  if (answer.problem.retry === 'same')
    setTimeout(() => void readIfOld(), backoffMs(attempts + 1, Math.random()));
}
