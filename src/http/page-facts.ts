/**
 * What pages say of a concert in their head. A page must come at once, also while a sale opens and the database is busy, so
 * that what was read is kept for a minute, and a page that would have to wait is served without it.
 */
import type { BoxOffice } from '../box-office/box-office.ts';
import { isRefusal } from '../domain/outcomes.ts';
import { createWeightedCache } from '../lib/weighted-cache.ts';
import type { PageFacts } from './page-head.ts';

/** What is known of the concert that an address is about; undefined where there is none, or it can't be read in time. */
export type FactsOf = (about: PageAbout, id: string) => Promise<PageFacts | undefined>;
export type PageAbout = 'concerts' | 'performances';

const FRESH_MS = 60_000;
const PATIENCE_MS = 300;
const KEPT_MAX = 1_000;

interface Kept {
  readonly readAtMs: number;
  /** The latest that is known. */
  facts: PageFacts | undefined;
  readonly reading: Promise<PageFacts | undefined>;
}

export function createPageFacts(
  boxOffice: Pick<BoxOffice, 'readConcert' | 'readPerformance'>,
  nowMs: () => number = () => performance.now(),
): FactsOf {
  const kept = createWeightedCache<Kept>(KEPT_MAX, () => 1);

  function read(about: PageAbout, id: string, known: PageFacts | undefined): Kept {
    const reading = readFacts(boxOffice, about, id);
    const entry: Kept = { readAtMs: nowMs(), facts: known, reading };
    void reading.then((facts) => (entry.facts = facts));
    kept.set(`${about} ${id}`, entry);
    return entry;
  }

  return async (about, id) => {
    const known = kept.get(`${about} ${id}`);
    const isFresh = known !== undefined && nowMs() - known.readAtMs < FRESH_MS;
    const entry = isFresh ? known : read(about, id, known?.facts);
    return entry.facts ?? inTime(entry.reading);
  };
}

/** Never rejects: without its facts the page itself says what is wrong. */
async function readFacts(
  boxOffice: Pick<BoxOffice, 'readConcert' | 'readPerformance'>,
  about: PageAbout,
  id: string,
): Promise<PageFacts | undefined> {
  try {
    if (about === 'concerts') {
      const concert = await boxOffice.readConcert(id);
      return isRefusal(concert) ? undefined : { title: concert.title, description: concert.description };
    }
    const performance = await boxOffice.readPerformance(id);
    return isRefusal(performance) ? undefined : { title: performance.title, description: {} };
  } catch {
    return undefined;
  }
}

function inTime(reading: Promise<PageFacts | undefined>): Promise<PageFacts | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    void reading.then((facts) => {
      clearTimeout(timer);
      resolve(facts);
    });
  });
}
