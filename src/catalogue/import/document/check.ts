/** The rules of a catalogue document that need no database; `plan.ts` has the others. */
import { currencyOf } from '../../../domain/currency.ts';
import { checkPerformance, checkPrices } from './check-performance.ts';
import { checkVenue, countSeats } from './check-venue.ts';
import type { CheckedCatalogue, CheckedConcert, CheckedPerformance, CheckedVenue } from './checked.ts';
import { LIMITS } from './document.ts';
import type { CatalogueDocument } from './document.ts';
import type { ProblemList } from './problems.ts';
import { createProblemList } from './problems.ts';
import { checkShape } from './shape.ts';
import { uniqueNames } from './problems.ts';

/**
 * Checks the document: first its shape, then the rules between values. Throws `CatalogueInvalid` with every
 * problem of the part that it reached.
 */
export function checkCatalogue(document: unknown): CheckedCatalogue {
  const problems = createProblemList();
  const shaped = checkShape(document, problems);
  problems.refuseAny();
  const checked = checkRules(shaped!, problems);
  problems.refuseAny();
  return checked;
}

function checkRules(document: CatalogueDocument, problems: ProblemList): CheckedCatalogue {
  const { currency } = document;
  if (currency !== undefined && currencyOf(currency) === undefined) {
    problems.add('/currency', `there is no ISO 4217 currency "${currency}"`);
  }
  const venues = checkVenues(document.venues, problems);
  const { concerts, performances } = checkConcerts(document.concerts, problems);
  const venueById = new Map(venues.map((venue) => [venue.venueId, venue]));
  for (const { venueId, prices, path } of performances) {
    const venue = venueById.get(venueId);
    if (venue === undefined) continue;
    checkPrices(prices, new Set(venue.seats.map((seat) => seat.grade)), path, problems);
  }
  return { currency, venues, concerts, performances };
}

function checkVenues(documents: CatalogueDocument['venues'], problems: ProblemList): CheckedVenue[] {
  const idIsNew = uniqueNames('the id of another venue', problems);
  // Counts the seats of the blocks before laying them out, so that a short file can't fill the memory.
  const seatCount = documents.reduce((sum, venue) => sum + countSeats(venue), 0);
  if (seatCount > LIMITS.seats) {
    problems.add('/venues', `all venues together may have at most ${LIMITS.seats} seats, not ${seatCount}`);
    return [];
  }
  return documents.map((venue, i) => {
    idIsNew(venue.id, `/venues/${i}/id`);
    return checkVenue(venue, `/venues/${i}`, problems);
  });
}

function checkConcerts(
  documents: CatalogueDocument['concerts'],
  problems: ProblemList,
): Pick<CheckedCatalogue, 'concerts' | 'performances'> {
  const concerts: CheckedConcert[] = [];
  const performances: CheckedPerformance[] = [];
  const concertIdIsNew = uniqueNames('the id of another concert', problems);
  const performanceIdIsNew = uniqueNames('the id of another performance', problems);
  for (const [i, concert] of documents.entries()) {
    const path = `/concerts/${i}`;
    concertIdIsNew(concert.id, `${path}/id`);
    concerts.push({
      path,
      concertId: concert.id,
      title: concert.title,
      description: concert.description ?? {},
    });
    for (const [j, performance] of concert.performances.entries()) {
      const performancePath = `${path}/performances/${j}`;
      performanceIdIsNew(performance.id, `${performancePath}/id`);
      performances.push(checkPerformance(performance, concert.id, performancePath, problems));
    }
  }
  return { concerts, performances };
}
