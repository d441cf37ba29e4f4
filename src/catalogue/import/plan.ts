/** Plans an import in memory, from the document and what is stored; writes nothing. */
import { isDeepStrictEqual } from 'node:util';
import { checkPrices } from './document/check-performance.ts';
import type { CheckedCatalogue, CheckedConcert, CheckedPerformance } from './document/checked.ts';
import { LIMITS } from './document/document.ts';
import type { ChangeStatus, VenuePlan } from './plan-venue.ts';
import { planVenue } from './plan-venue.ts';
import type { ProblemList } from './document/problems.ts';
import { listed } from './document/problems.ts';
import type { StoredCatalogue, StoredPerformance } from './stored.ts';

export interface ImportPlan {
  readonly venues: readonly VenuePlan[];
  readonly concerts: readonly { readonly concert: CheckedConcert; readonly status: ChangeStatus }[];
  readonly performances: readonly PerformancePlan[];
  /** Every performance whose seats may differ from its map or its prices, in the order of locking. */
  readonly onSale: readonly PerformanceOnSale[];
}

export interface PerformancePlan {
  readonly performance: CheckedPerformance;
  readonly status: ChangeStatus;
  /** The sale's window: an operator's if the document's has not changed, else the document's. */
  readonly opensAt: Date;
  readonly closesAt: Date | null;
  /** It gets its first seat limit: what accounts acquired before was not counted. */
  readonly startsToCount: boolean;
}

export interface PerformanceOnSale {
  readonly performanceId: string;
  readonly venueId: string;
  /** Undefined if the document does not define the venue. */
  readonly venue: VenuePlan | undefined;
}

export function planImport(
  catalogue: CheckedCatalogue,
  stored: StoredCatalogue,
  problems: ProblemList,
): ImportPlan {
  const venues = catalogue.venues.map((venue) =>
    planVenue(venue, stored.venues.get(venue.venueId), problems),
  );
  const venueById = new Map(venues.map((plan) => [plan.venue.venueId, plan]));
  for (const performance of catalogue.performances) {
    checkReferences(performance, stored, venueById, problems);
  }
  checkOtherPerformances(catalogue, stored, venueById, problems);
  const onSale = performancesOnSale(catalogue, stored, venueById);
  checkSeatsOnSale(onSale, stored, problems);
  return {
    venues,
    concerts: catalogue.concerts.map((concert) => ({ concert, status: concertStatus(concert, stored) })),
    performances: catalogue.performances.map((performance) =>
      planPerformance(performance, stored.performances.get(performance.performanceId)),
    ),
    onSale,
  };
}

function checkReferences(
  { path, performanceId, concertId, venueId, prices }: CheckedPerformance,
  stored: StoredCatalogue,
  venueById: ReadonlyMap<string, VenuePlan>,
  problems: ProblemList,
): void {
  const before = stored.performances.get(performanceId);
  if (before !== undefined && before.venueId !== venueId) {
    problems.add(`${path}/venue`, `a performance may not change its venue, which is "${before.venueId}"`);
  }
  if (before !== undefined && before.concertId !== concertId) {
    problems.add(path, `a performance may not change its concert, which is "${before.concertId}"`);
  }
  if (venueById.has(venueId)) return;
  const elsewhere = stored.venuesElsewhere.get(venueId);
  if (elsewhere === undefined) problems.add(`${path}/venue`, `there is no venue "${venueId}"`);
  else checkPrices(prices, elsewhere.grades, path, problems);
}

/** A performance outside the document needs a price for every grade that the document gives its venue. */
function checkOtherPerformances(
  catalogue: CheckedCatalogue,
  stored: StoredCatalogue,
  venueById: ReadonlyMap<string, VenuePlan>,
  problems: ProblemList,
): void {
  const named = new Set(catalogue.performances.map((performance) => performance.performanceId));
  for (const [performanceId, { venueId, prices }] of stored.performances) {
    const plan = venueById.get(venueId);
    if (plan === undefined || named.has(performanceId)) continue;
    const grades = new Set(plan.venue.seats.map((seat) => seat.grade));
    const unpriced = [...grades].filter((grade) => !prices.has(grade));
    if (unpriced.length === 0) continue;
    const rule = `performance "${performanceId}", which is not in this document, has no price for ${listed(unpriced)}`;
    problems.add(`${plan.venue.path}/sections`, rule);
  }
}

function checkSeatsOnSale(
  onSale: readonly PerformanceOnSale[],
  stored: StoredCatalogue,
  problems: ProblemList,
): void {
  const seatCount = onSale.reduce(
    (sum, { venueId, venue }) =>
      sum + (venue?.venue.seats.length ?? stored.venuesElsewhere.get(venueId)?.seatCount ?? 0),
    0,
  );
  if (seatCount <= LIMITS.seatsOnSale) return;
  const rule = `the performances that an import concerns may have at most ${LIMITS.seatsOnSale} seats together, not ${seatCount}`;
  problems.add('/concerts', rule);
}

function concertStatus(
  { concertId, title, description }: CheckedConcert,
  stored: StoredCatalogue,
): ChangeStatus {
  const before = stored.concerts.get(concertId);
  if (before === undefined) return 'created';
  return isDeepStrictEqual({ title, description }, before) ? 'unchanged' : 'changed';
}

function planPerformance(
  performance: CheckedPerformance,
  before: StoredPerformance | undefined,
): PerformancePlan {
  const { opensAt, closesAt } = performance;
  if (before === undefined)
    return { performance, status: 'created', opensAt, closesAt, startsToCount: false };
  const named = { opensAt, closesAt };
  const namedBefore =
    before.importedOpensAt === null
      ? { opensAt: before.opensAt, closesAt: before.closesAt }
      : { opensAt: before.importedOpensAt, closesAt: before.importedClosesAt };
  const sameWindow = isDeepStrictEqual(named, namedBefore);
  const same =
    sameWindow && before.importedOpensAt !== null && isDeepStrictEqual(restOf(performance), restOf(before));
  return {
    performance,
    status: same ? 'unchanged' : 'changed',
    opensAt: sameWindow ? before.opensAt : opensAt,
    closesAt: sameWindow ? before.closesAt : closesAt,
    startsToCount: before.seatLimit === null && performance.seatLimit !== null,
  };
}

/** What a later import may change beside the sale's window. */
function restOf(performance: CheckedPerformance | StoredPerformance): unknown {
  const { startsAt, refundableUntil, holdSeconds, seatLimit, holdBudget, prices } = performance;
  return { startsAt, refundableUntil, holdSeconds, seatLimit, holdBudget, prices };
}

function performancesOnSale(
  catalogue: CheckedCatalogue,
  stored: StoredCatalogue,
  venueById: ReadonlyMap<string, VenuePlan>,
): PerformanceOnSale[] {
  const venueOf = new Map<string, string>();
  for (const [performanceId, { venueId }] of stored.performances) venueOf.set(performanceId, venueId);
  for (const { performanceId, venueId } of catalogue.performances) venueOf.set(performanceId, venueId);
  return [...venueOf]
    .map(([performanceId, venueId]) => ({ performanceId, venueId, venue: venueById.get(venueId) }))
    .sort((a, b) => (a.performanceId < b.performanceId ? -1 : 1));
}
