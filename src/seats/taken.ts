/**
 * Which seats of a performance were seen taken a moment ago. In a crowd most requests want seats that are gone; asking the
 * database for each would cost more than all the sales together. What is remembered is a fact of the recent past: seen
 * after a commit, unexpired, with its claim, and no older than `MEMORY_MS`. The price: for so long a seat that was given back
 * may still be called taken.
 *
 * A sighting is young when somebody has just sold the seat, lost it, or looked. A look asks the database once for all seats of
 * the performance which of them have changed since the last look (`changed_by` against the last look's snapshot): so one
 * small answer makes a whole hall's sightings young again, and whoever comes meanwhile waits for that one look.
 */

/** How long a sighting counts. */
const MEMORY_MS = 200;
/** After so long the next look begins, so that nobody needs to wait for it. */
const LOOK_AFTER_MS = 190;
/** From so many requests in `MEMORY_MS` on it is a crowd: before, nobody is kept waiting by asking. */
const CROWD = 64;
/** Seats and reservations remembered in all, some 400 bytes each; performances that nobody has asked for longest go first. */
const REMEMBERED_MAX = 400_000;
/** Seats remembered per performance at most. */
const SEATS_MAX = 100_000;
/** Reservations remembered per performance at most; the oldest go first. */
const RESERVATIONS_MAX = 200_000;

/** A seat that was seen taken. */
export interface Sighting {
  readonly seat: number;
  readonly reservationId: string;
  /** Whose it is; undefined when that was not read along. */
  readonly accountId: string | undefined;
  /** Until the hold expires; infinite once sold. */
  readonly msLeft: number;
}

/** What a look found: the claims that were made or given back since the snapshot before. */
export interface Look {
  readonly snapshot: string;
  /** The server's life. In another one the snapshots of the last mean nothing. */
  readonly epoch: number;
  readonly taken: readonly Sighting[];
  readonly free: readonly number[];
}

/** Reads what has changed since the snapshot of the last look; everything that is taken when there is none. */
export type Looker = (performanceId: string, since: string | undefined) => Promise<Look>;

/** Who wants which seats. */
export interface Wanted {
  readonly performanceId: string;
  readonly seats: readonly number[];
  readonly accountId: string;
  readonly reservationId: string;
}

export interface TakenSeats {
  /** Notes what a group has just committed, or a loser has just read. */
  saw(performanceId: string, sightings: readonly Sighting[]): void;
  /** Counts a request. */
  arrived(performanceId: string): void;
  /** Whether this request, if it loses, may be told so from memory: in a crowd, and not when it has made a reservation before. */
  mayTell(wanted: Pick<Wanted, 'performanceId' | 'reservationId'>): boolean;
  /**
   * Those of the seats that, in a crowd, another account was just seen to have. Begins a look in the background when the
   * last one grows old.
   */
  takenFrom(wanted: Wanted): readonly number[];
  /** Whether a look would tell more, in a crowd: another account has one of the seats, but that was seen too long ago. */
  isWorthALook(wanted: Wanted): boolean;
  /** Looks, or waits for the look that is under way. Errors: what the looker throws; nothing is forgotten then. */
  look(performanceId: string): Promise<void>;
}

interface Remembered {
  readonly reservationId: string;
  readonly accountId: string | undefined;
  readonly seenAtMs: number;
  /** On this process's clock: the time left was told by the database. */
  readonly untilMs: number;
  /** Whether a look has found this very claim: then every further look that does not mention the seat confirms it. */
  readonly isLooked: boolean;
}

interface Hall {
  readonly seats: Map<number, Remembered>;
  /**
   * Reservations that were seen here, also those that are over: who sends such a request again is to hear its first answer,
   * which only the database has.
   */
  readonly reservations: Set<string>;
  snapshot: string | undefined;
  epoch: number | undefined;
  lookedAtMs: number;
  looking: Promise<void> | undefined;
  windowFromMs: number;
  arrivals: number;
  arrivalsBefore: number;
}

const NONE: readonly number[] = [];

/** Creates a memory; `nowMs` is a clock that never goes back. */
export function createTakenSeats(looker: Looker, nowMs: () => number = () => performance.now()): TakenSeats {
  const halls = new Map<string, Hall>();
  const hallOf = (performanceId: string): Hall => {
    let hall = halls.get(performanceId);
    if (hall === undefined) {
      hall = newHall();
      halls.set(performanceId, hall);
    }
    return hall;
  };
  const forgetTooMuch = (): void => {
    let remembered = 0;
    for (const hall of halls.values()) remembered += weightOf(hall);
    for (const [performanceId, hall] of halls) {
      if (remembered <= REMEMBERED_MAX || halls.size === 1) return;
      halls.delete(performanceId);
      remembered -= weightOf(hall);
    }
  };
  const look = (hall: Hall, performanceId: string): Promise<void> => {
    hall.looking ??= lookAt(hall, performanceId, looker, nowMs).finally(() => {
      hall.looking = undefined;
    });
    return hall.looking;
  };
  return {
    saw: (performanceId, sightings) => {
      const hall = hallOf(performanceId);
      const now = nowMs();
      for (const sighting of sightings) remember(hall, sighting, now, false);
    },
    arrived: (performanceId) => {
      const hall = hallOf(performanceId);
      const now = nowMs();
      if (now - hall.windowFromMs >= MEMORY_MS) {
        hall.arrivalsBefore = now - hall.windowFromMs < 2 * MEMORY_MS ? hall.arrivals : 0;
        hall.arrivals = 0;
        hall.windowFromMs = now;
        // Moved to the end: the map stays in the order of use.
        halls.delete(performanceId);
        halls.set(performanceId, hall);
        forgetTooMuch();
      }
      hall.arrivals += 1;
    },
    mayTell: (wanted) => {
      const hall = halls.get(wanted.performanceId);
      return hall !== undefined && isInCrowd(hall, nowMs()) && !hall.reservations.has(wanted.reservationId);
    },
    takenFrom: (wanted) => {
      const hall = halls.get(wanted.performanceId);
      const now = nowMs();
      if (hall === undefined || !isInCrowd(hall, now)) return NONE;
      let taken: number[] | undefined;
      for (const seat of wanted.seats) {
        const found = hall.seats.get(seat);
        if (isAnothers(found, wanted, now) && now - lastSeenAtMs(hall, found) <= MEMORY_MS) {
          (taken ??= []).push(seat);
        }
      }
      // Asked last: most who come want seats that are free, and this set is large.
      if (taken === undefined || hall.reservations.has(wanted.reservationId)) return NONE;
      if (hall.looking === undefined && now - hall.lookedAtMs >= LOOK_AFTER_MS) {
        // Who needs it will look again, and hear what is the matter.
        look(hall, wanted.performanceId).catch(() => undefined);
      }
      return taken;
    },
    isWorthALook: (wanted) => {
      const hall = halls.get(wanted.performanceId);
      const now = nowMs();
      if (hall === undefined || now - hall.lookedAtMs <= MEMORY_MS || !isInCrowd(hall, now)) return false;
      const isLost = wanted.seats.some((seat) => isAnothers(hall.seats.get(seat), wanted, now));
      return isLost && !hall.reservations.has(wanted.reservationId);
    },
    look: (performanceId) => look(hallOf(performanceId), performanceId),
  };
}

/** What it takes: an empty one counts, too. */
function weightOf({ seats, reservations }: Hall): number {
  return 1 + seats.size + reservations.size;
}

function newHall(): Hall {
  return {
    seats: new Map(),
    reservations: new Set(),
    snapshot: undefined,
    epoch: undefined,
    lookedAtMs: -Infinity,
    looking: undefined,
    windowFromMs: -Infinity,
    arrivals: 0,
    arrivalsBefore: 0,
  };
}

function isInCrowd(hall: Hall, now: number): boolean {
  if (now - hall.windowFromMs >= 2 * MEMORY_MS) return false;
  return hall.arrivals >= CROWD || hall.arrivalsBefore >= CROWD;
}

async function lookAt(hall: Hall, performanceId: string, looker: Looker, nowMs: () => number): Promise<void> {
  // What the look finds is as old as its beginning.
  const beganAtMs = nowMs();
  const { snapshot, epoch, taken, free } = await looker(performanceId, hall.snapshot);
  if (hall.snapshot !== undefined && hall.epoch !== epoch) {
    // The server has crashed since: what it did not mention may have changed all the same.
    hall.seats.clear();
    hall.snapshot = undefined;
    return;
  }
  for (const sighting of taken) remember(hall, sighting, beganAtMs, true);
  for (const seat of free) hall.seats.delete(seat);
  hall.snapshot = snapshot;
  hall.epoch = epoch;
  hall.lookedAtMs = beganAtMs;
}

/** The newer knowledge of a seat; of one and the same claim everything that is known. */
function remember(
  { seats, reservations }: Hall,
  { seat, reservationId, accountId, msLeft }: Sighting,
  seenAtMs: number,
  isLooked: boolean,
): void {
  reservations.add(reservationId);
  if (reservations.size > RESERVATIONS_MAX) reservations.delete(reservations.values().next().value!);
  const before = seats.get(seat);
  const same = before?.reservationId === reservationId ? before : undefined;
  if (before === undefined && seats.size >= SEATS_MAX) return;
  seats.set(seat, {
    reservationId,
    accountId: accountId ?? same?.accountId,
    seenAtMs: Math.max(seenAtMs, same?.seenAtMs ?? seenAtMs),
    untilMs: seenAtMs + msLeft,
    isLooked: isLooked || same?.isLooked === true,
  });
}

function isAnothers(
  found: Remembered | undefined,
  { accountId, reservationId }: Wanted,
  now: number,
): found is Remembered {
  return (
    found !== undefined &&
    found.accountId !== undefined &&
    found.accountId !== accountId &&
    found.reservationId !== reservationId &&
    now < found.untilMs
  );
}

function lastSeenAtMs(hall: Hall, found: Remembered): number {
  return found.isLooked ? Math.max(found.seenAtMs, hall.lookedAtMs) : found.seenAtMs;
}
