/**
 * Remembers which seats of a hall were seen taken a moment ago. In a crowd most requests want taken seats,
 * and asking the database for each would cost more than all the sales together. A request is refused only
 * because of a claim that was seen after its commit, has not expired, and was seen at most `MEMORY_MS` ago.
 * The price: for that long, a freed seat may still be called taken.
 *
 * A sighting is fresh when a group has just sold the seat, when a loser has just read it, or when an
 * observation of the hall (halls.ts) has just confirmed it: an observation confirms every seat that it does
 * not report as changed.
 */
import { createClaims } from './claims.ts';
import type { Claim, Claims, Sighting } from './claims.ts';
import type { Hall, Halls } from './halls.ts';

const MEMORY_MS = 200;
/** The age at which a crowd replaces an observation, so that no request has to wait for the next. */
const OBSERVE_AFTER_MS = 190;
/** This many requests within `MEMORY_MS` make a crowd; outside one, no request waits for an observation. */
const CROWD = 64;

export interface Wanted {
  readonly performanceId: string;
  readonly seats: readonly number[];
  readonly accountId: string;
  readonly reservationId: string;
}

export interface TakenSeats {
  /** Notes what a group has just committed, or a loser has just read. */
  saw(performanceId: string, sightings: readonly Sighting[]): void;
  arrived(performanceId: string): void;
  /**
   * Whether memory may refuse this request if it loses: in a crowd, unless it made a reservation before,
   * because only the database has its first answer.
   */
  mayRefuse(wanted: Pick<Wanted, 'performanceId' | 'reservationId'>): boolean;
  /**
   * The seats that, in a crowd, another account was just seen to have. Begins an observation in the
   * background when the last one grows old.
   */
  takenFrom(wanted: Wanted): readonly number[];
  /** Whether, in a crowd, another account was seen to have one of the seats, but too long ago. */
  isWorthObserving(wanted: Wanted): boolean;
  /**
   * Observes the hall, or joins the observation under way. Throws the reader's error, and forgets nothing.
   */
  observe(performanceId: string): Promise<void>;
}

const NONE: readonly number[] = [];

/** Creates a crowd's view of the halls; `nowMs` is the halls' clock. */
export function createTakenSeats(halls: Halls, nowMs: () => number = () => performance.now()): TakenSeats {
  function claimsOf(performanceId: string): Claims {
    const known = halls.find(performanceId)?.claims;
    if (known !== undefined) return known;
    const claims = createClaims();
    halls.use(performanceId).claims = claims;
    return claims;
  }

  function arrived(performanceId: string): void {
    const { arrivals } = claimsOf(performanceId);
    const now = nowMs();
    if (now - arrivals.windowFromMs >= MEMORY_MS) {
      arrivals.countBefore = now - arrivals.windowFromMs < 2 * MEMORY_MS ? arrivals.count : 0;
      arrivals.count = 0;
      arrivals.windowFromMs = now;
      halls.use(performanceId);
    }
    arrivals.count += 1;
  }

  /** The hall and its claims, if it has a crowd. */
  function crowded(performanceId: string, now: number): { hall: Hall; claims: Claims } | undefined {
    const hall = halls.find(performanceId);
    const claims = hall?.claims;
    if (hall === undefined || claims === undefined) return undefined;
    const { windowFromMs, count, countBefore } = claims.arrivals;
    const isCrowd = now - windowFromMs < 2 * MEMORY_MS && (count >= CROWD || countBefore >= CROWD);
    return isCrowd ? { hall, claims } : undefined;
  }

  async function observe(hall: Hall, claims: Claims): Promise<void> {
    claims.isNeeded = true;
    await halls.observe(hall, hall.observed);
  }

  return {
    saw: (performanceId, sightings) => {
      if (sightings.length === 0) return;
      const claims = claimsOf(performanceId);
      const now = nowMs();
      for (const sighting of sightings) claims.saw(sighting, now);
    },
    arrived,
    mayRefuse: ({ performanceId, reservationId }) => {
      const crowd = crowded(performanceId, nowMs());
      return crowd !== undefined && !crowd.claims.has(reservationId);
    },
    takenFrom: (wanted) => {
      const now = nowMs();
      const crowd = crowded(wanted.performanceId, now);
      if (crowd === undefined) return NONE;
      const { hall, claims } = crowd;
      let taken: number[] | undefined;
      for (const seat of wanted.seats) {
        if (isAnothers(claims.holderOf(seat, now), wanted) && now - claims.seenAtMs(seat) <= MEMORY_MS) {
          (taken ??= []).push(seat);
        }
      }
      // Checked last: most requests want free seats, and this map is large.
      if (taken === undefined || claims.has(wanted.reservationId)) return NONE;
      if (!hall.isObserving && now - claims.observedAtMs >= OBSERVE_AFTER_MS) {
        // A request that needs the observation repeats it, and gets the error.
        observe(hall, claims).catch(() => undefined);
      }
      return taken;
    },
    isWorthObserving: (wanted) => {
      const now = nowMs();
      const claims = crowded(wanted.performanceId, now)?.claims;
      if (claims === undefined || now - claims.observedAtMs <= MEMORY_MS) return false;
      const isLost = wanted.seats.some((seat) => isAnothers(claims.holderOf(seat, now), wanted));
      return isLost && !claims.has(wanted.reservationId);
    },
    observe: (performanceId) => observe(halls.use(performanceId), claimsOf(performanceId)),
  };
}

function isAnothers(claim: Claim | undefined, { accountId, reservationId }: Wanted): boolean {
  return (
    claim?.accountId !== undefined && claim.accountId !== accountId && claim.reservationId !== reservationId
  );
}
