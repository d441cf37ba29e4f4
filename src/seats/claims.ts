/**
 * The owners of one hall's taken seats, as far as this service knows them: observations name each seat's
 * reservation, groups and their losers name its account. They take some 400 bytes a reservation, so only a
 * hall where this service holds seats keeps them.
 */
import type { SeatChanges } from './changes.ts';
import type { HallState } from './hall.ts';

/** Reservations remembered per hall; the oldest go first. */
const RESERVATIONS_MAX = 200_000;

/** A seat that a group has just sold, or a loser has just read. */
export interface Sighting {
  readonly seat: number;
  readonly reservationId: string;
  readonly accountId: string;
  /** The time until the hold expires; infinite once sold. */
  readonly msLeft: number;
}

/** A reservation that has or had a seat. */
export interface Claim {
  readonly reservationId: string;
  /** Undefined until a group or a loser has named it. */
  accountId: string | undefined;
}

/** The number of requests for the hall in the current window, and in the one before. */
export interface Arrivals {
  windowFromMs: number;
  count: number;
  countBefore: number;
}

export interface Claims {
  readonly arrivals: Arrivals;
  /** Whether readings of the hall must name the reservations: true from the first crowd on. */
  isNeeded: boolean;
  /**
   * When the last observation with reservations began; -Infinity before the first, which must read all seats.
   */
  readonly observedAtMs: number;
  readonly size: number;
  /** Applies changes with reservations, once `state` shows them. */
  observe(state: HallState, changes: SeatChanges, beganAtMs: number): void;
  /** Notes what a group or a loser has just seen. */
  saw(sighting: Sighting, nowMs: number): void;
  /** Forgets which claim has which seat, because the server or the seat map has changed. */
  forgetSeats(): void;
  /** Whether the reservation was ever seen here. */
  has(reservationId: string): boolean;
  /** The claim last seen on the seat, unless it has ended. */
  holderOf(seat: number, nowMs: number): Claim | undefined;
  /** When the seat was last seen. */
  seenAtMs(seat: number): number;
}

interface Seen {
  readonly claim: Claim;
  readonly seenAtMs: number;
  /** On this process's clock. */
  readonly untilMs: number;
}

export function createClaims(): Claims {
  const reservations = new Map<string, Claim>();
  /** By seat number, as the last observation found them. */
  let observed: (Claim | undefined)[] = [];
  /** What groups and losers have seen. */
  const sightings = new Map<number, Seen>();
  let state: HallState | undefined;
  let observedAtMs = -Infinity;

  function claimOf(reservationId: string): Claim {
    let claim = reservations.get(reservationId);
    if (claim === undefined) {
      claim = { reservationId, accountId: undefined };
      reservations.set(reservationId, claim);
      if (reservations.size > RESERVATIONS_MAX) reservations.delete(reservations.keys().next().value!);
    }
    return claim;
  }

  function observe(observedState: HallState, changes: SeatChanges, beganAtMs: number): void {
    let claimed = 0;
    for (const [i, number] of changes.numbers.entries()) {
      const claim = changes.states[i] === 'f' ? undefined : claimOf(changes.reservationIds[claimed++]!);
      if (number > observedState.size) continue;
      observed[number] = claim;
      // The observation overrides a sighting of another claim; one of the same claim is still good.
      if (sightings.get(number)?.claim.reservationId !== claim?.reservationId) sightings.delete(number);
    }
    state = observedState;
    observedAtMs = beganAtMs;
  }

  /** The sighting of a seat whose claim the observations don't know. */
  function unobserved(seat: number): Seen | undefined {
    const seen = sightings.get(seat);
    return seen?.claim.reservationId === observed[seat]?.reservationId ? undefined : seen;
  }

  return {
    arrivals: { windowFromMs: -Infinity, count: 0, countBefore: 0 },
    isNeeded: false,
    get observedAtMs() {
      return observedAtMs;
    },
    get size() {
      return reservations.size + sightings.size;
    },
    observe,
    saw: ({ seat, reservationId, accountId, msLeft }, nowMs) => {
      const claim = claimOf(reservationId);
      claim.accountId ??= accountId;
      sightings.set(seat, { claim, seenAtMs: nowMs, untilMs: nowMs + msLeft });
    },
    forgetSeats: () => {
      observed = [];
      sightings.clear();
      state = undefined;
      observedAtMs = -Infinity;
    },
    has: (reservationId) => reservations.has(reservationId),
    holderOf: (seat, nowMs) => {
      const seen = unobserved(seat);
      if (seen !== undefined) return nowMs < seen.untilMs ? seen.claim : undefined;
      return state?.isTaken(seat, nowMs - observedAtMs) === true ? observed[seat] : undefined;
    },
    seenAtMs: (seat) =>
      unobserved(seat)?.seenAtMs ?? Math.max(observedAtMs, sightings.get(seat)?.seenAtMs ?? -Infinity),
  };
}
