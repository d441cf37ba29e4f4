/**
 * What one process remembers of holds that nobody has paid for. The limit row of each performance counts exactly
 * (docs/errors/hold_budget_exceeded.md). This memory adds what no row knows: an account's holds for all performances
 * together, and payments that failed by the service's fault.
 */
import type { Refusal } from '../../domain/outcomes.ts';
import { refuse } from '../../domain/outcomes.ts';
import { createWeightedCache } from '../../lib/weighted-cache.ts';
import { FREE_RELEASE_SECONDS } from '../../operations/release.ts';
import { SEATS_PER_HOLD_MAX } from '../input-rules.ts';

/** How often an hour an account may hold as many seats as one hold may have, without paying. */
export const HOLD_BUDGET = 3;
/** How long an unpaid hold counts. */
const HOUR_MS = 3_600_000;
/** Accounts that are remembered at once. */
const ACCOUNTS_MAX = 100_000;
/** Holds of one account for one performance whose payments failed; more are not worth a look. */
const EXCUSED_MAX = 20;

interface UnpaidHold {
  readonly reservationId: string;
  readonly seats: number;
  readonly madeAtMs: number;
}

/** The hold of a reservation. */
export interface HoldOf {
  readonly performanceId: string;
  readonly accountId: string;
  readonly reservationId: string;
}

export interface UnpaidHolds {
  /** The refusal of an account that has held too many seats within the last hour without paying for them. */
  refusalOf(accountId: string): Refusal<'hold_budget_exceeded'> | undefined;
  held(hold: HoldOf, seats: number): void;
  /** A payment restores the account's whole budget. */
  paid(accountId: string): void;
  /** A release soon after the hold spares the budget. */
  released(hold: HoldOf): void;
  /** Notes that a payment of the hold failed by the service's fault: it will not count. */
  excuse(hold: HoldOf): void;
  /** The account's excused holds for this performance, which are forgotten now. */
  takeExcused(of: Omit<HoldOf, 'reservationId'>): readonly string[];
  isExcused(hold: HoldOf): boolean;
}

/** `fullHolds`: how often an hour an account may hold as many seats as one hold may have without paying; 0 for no bound. */
export function createUnpaidHolds(fullHolds: number): UnpaidHolds {
  const seatsMax = fullHolds * SEATS_PER_HOLD_MAX;
  const unpaid = createWeightedCache<readonly UnpaidHold[]>(ACCOUNTS_MAX, () => 1);
  const excused = createWeightedCache<readonly string[]>(ACCOUNTS_MAX, () => 1);
  const counting = (accountId: string): readonly UnpaidHold[] => {
    const since = performance.now() - HOUR_MS;
    return (unpaid.get(accountId) ?? []).filter(({ madeAtMs }) => madeAtMs > since);
  };
  const without = (accountId: string, reservationId: string): void => {
    const others = counting(accountId).filter((hold) => hold.reservationId !== reservationId);
    unpaid.set(accountId, others);
  };
  const excusedOf = ({ performanceId, accountId }: Omit<HoldOf, 'reservationId'>): readonly string[] =>
    excused.get(`${performanceId} ${accountId}`) ?? [];
  const setExcused = (of: Omit<HoldOf, 'reservationId'>, ids: readonly string[]): void =>
    excused.set(`${of.performanceId} ${of.accountId}`, ids);
  return {
    refusalOf: (accountId) => {
      if (seatsMax === 0 || unpaid.get(accountId) === undefined) return undefined;
      const holds = counting(accountId);
      const seats = holds.reduce((sum, hold) => sum + hold.seats, 0);
      if (seats < seatsMax) return undefined;
      const again = whenBelow(holds, seats, seatsMax) + HOUR_MS;
      return refuse('hold_budget_exceeded', { retryAt: new Date(performance.timeOrigin + again) });
    },
    held: ({ accountId, reservationId }, seats) => {
      if (seatsMax === 0) return;
      const others = counting(accountId);
      // A duplicate is the same hold.
      if (others.some((hold) => hold.reservationId === reservationId)) return;
      unpaid.set(accountId, [...others, { reservationId, seats, madeAtMs: performance.now() }]);
    },
    paid: (accountId) => {
      if (unpaid.get(accountId) !== undefined) unpaid.set(accountId, []);
    },
    released: ({ accountId, reservationId }) => {
      const hold = counting(accountId).find((each) => each.reservationId === reservationId);
      if (hold === undefined) return;
      if (performance.now() - hold.madeAtMs < FREE_RELEASE_SECONDS * 1_000) without(accountId, reservationId);
    },
    excuse: (hold) => {
      without(hold.accountId, hold.reservationId);
      const ids = excusedOf(hold);
      if (!ids.includes(hold.reservationId))
        setExcused(hold, [...ids, hold.reservationId].slice(-EXCUSED_MAX));
    },
    takeExcused: (of) => {
      const ids = excusedOf(of);
      if (ids.length > 0) setExcused(of, []);
      return ids;
    },
    isExcused: (hold) => excusedOf(hold).includes(hold.reservationId),
  };
}

/** The making of the hold after whose hour fewer than `max` seats count. */
function whenBelow(holds: readonly UnpaidHold[], seats: number, max: number): number {
  let left = seats;
  for (const hold of holds) {
    left -= hold.seats;
    if (left < max) return hold.madeAtMs;
  }
  return 0;
}
