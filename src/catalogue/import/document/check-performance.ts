/** The rules of one performance. */
import type { CheckedPerformance } from './checked.ts';
import type { PerformanceDocument } from './document.ts';
import { PERFORMANCE_DEFAULTS } from './document.ts';
import type { ProblemList } from './problems.ts';
import { listed } from './problems.ts';

export function checkPerformance(
  performance: PerformanceDocument,
  concertId: string,
  path: string,
  problems: ProblemList,
): CheckedPerformance {
  const { sale } = performance;
  const time = (text: string, field: string): Date => readTime(text, `${path}/${field}`, problems);
  const optionalTime = (text: string | undefined, field: string): Date | null =>
    text === undefined ? null : time(text, field);
  const startsAt = time(performance.startsAt, 'startsAt');
  const closesAt = optionalTime(sale.closesAt, 'sale/closesAt');
  const checked: CheckedPerformance = {
    path,
    performanceId: performance.id,
    concertId,
    venueId: performance.venue,
    startsAt,
    opensAt: time(sale.opensAt, 'sale/opensAt'),
    // A performance that has begun is neither sold nor refunded.
    closesAt: closesAt === null || closesAt > startsAt ? startsAt : closesAt,
    saleState: sale.state ?? 'open',
    refundableUntil: optionalTime(performance.refundableUntil, 'refundableUntil') ?? startsAt,
    holdSeconds: performance.holdSeconds,
    seatLimit: orDefault(performance.seatLimit, PERFORMANCE_DEFAULTS.seatLimit),
    holdBudget: orDefault(performance.holdBudget, PERFORMANCE_DEFAULTS.holdBudget),
    prices: new Map(Object.entries(performance.prices)),
  };
  checkOrder(checked, problems);
  return checked;
}

/** The bound that the document names; null is none. */
function orDefault(given: number | null | undefined, usual: number): number | null {
  return given === undefined ? usual : given;
}

/** An impossible day becomes an invalid Date, which compares as neither earlier nor later. */
function readTime(text: string, path: string, problems: ProblemList): Date {
  // Date.parse reads the 30th of February as the 2nd of March.
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  const midnight = new Date(Date.UTC(year, month - 1, day));
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) {
    problems.add(path, `there is no day ${text.slice(0, 10)}`);
    return new Date(NaN);
  }
  if (year < 2000 || year > 2199) problems.add(path, 'must be in the years 2000 to 2199');
  return new Date(text);
}

function checkOrder(
  { path, startsAt, opensAt, closesAt, refundableUntil }: CheckedPerformance,
  problems: ProblemList,
): void {
  if (opensAt >= startsAt) problems.add(`${path}/sale/opensAt`, 'must be before startsAt');
  if (closesAt < startsAt && closesAt <= opensAt) {
    problems.add(`${path}/sale/closesAt`, 'must be after opensAt');
  }
  if (refundableUntil > startsAt) {
    problems.add(`${path}/refundableUntil`, 'must not be after startsAt');
  }
}

/** Checks that every grade of the venue has a price, and no other grade. */
export function checkPrices(
  prices: ReadonlyMap<string, number>,
  grades: ReadonlySet<string>,
  path: string,
  problems: ProblemList,
): void {
  const unpriced = [...grades].filter((grade) => !prices.has(grade));
  if (unpriced.length > 0)
    problems.add(`${path}/prices`, `must price every grade of the venue: ${listed(unpriced)}`);
  for (const grade of prices.keys()) {
    if (!grades.has(grade)) problems.add(`${path}/prices/${grade}`, 'the venue has no seats of this grade');
  }
}
