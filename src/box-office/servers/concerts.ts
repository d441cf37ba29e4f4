/** Concerts whose performances are on several servers. Each of them has the concert's own row. */
import type { Concert } from '../../catalogue/concerts.ts';
import type { Parts } from './from-all.ts';
import { ofAway } from './from-all.ts';

/** Concerts, by id. */
export interface ConcertList {
  readonly concerts: readonly Concert[];
  /** The servers that were away: performances of theirs are missing. Left out when none was. */
  readonly away?: readonly string[];
}

/** A concert, and the servers that were away. */
export interface FoundConcert extends Concert {
  /** Performances of theirs are missing. Left out when none was. */
  readonly away?: readonly string[];
}

/** One list of what the servers have: a concert is as the first of them has it, with the performances of all, by start. */
export function mergedConcerts({ parts, away }: Parts<readonly Concert[]>): ConcertList {
  const [first, ...others] = parts;
  if (others.length === 0) return { concerts: first?.answer ?? [], ...ofAway(away) };
  const concerts = new Map<string, Concert>();
  for (const concert of parts.flatMap(({ answer }) => answer)) {
    const known = concerts.get(concert.concertId);
    concerts.set(
      concert.concertId,
      known === undefined
        ? concert
        : { ...known, performances: [...known.performances, ...concert.performances].toSorted(byStart) },
    );
  }
  const sorted = [...concerts.values()].toSorted((a, b) => compare(a.concertId, b.concertId));
  return { concerts: sorted, ...ofAway(away) };
}

type Performance = Concert['performances'][number];

function byStart(a: Performance, b: Performance): number {
  return a.startsAt.getTime() - b.startsAt.getTime() || compare(a.performanceId, b.performanceId);
}

/** As PostgreSQL compares ids. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
