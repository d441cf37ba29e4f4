/**
 * Which seats were seen taken a moment ago. In a crowd most requests want seats that are gone; asking the database for each
 * would cost more than all the sales together. What is remembered is a fact of the recent past: seen after a commit,
 * unexpired, by an account, and no older than `MEMORY_MS`. The price: for so long a seat that was given back may still be
 * called taken.
 */
const MEMORY_MS = 200;
/** Seats remembered at most; the oldest go first. */
const SEATS_MAX = 100_000;

interface Sighting {
  readonly by: string;
  readonly seenAtMs: number;
  /** On this process's clock: the time left was told by the database. */
  readonly untilMs: number;
}

export interface TakenSeats {
  /** Notes that the account has the seat; `msLeft` until its hold expires, infinite once sold. */
  saw(performanceId: string, seat: number, by: string, msLeft: number): void;
  /** Those of the seats that another account than this one was just seen to have. */
  takenFrom(performanceId: string, seats: readonly number[], accountId: string): readonly number[];
}

/** Creates a memory; `nowMs` is a clock that never goes back. */
export function createTakenSeats(nowMs: () => number = () => performance.now()): TakenSeats {
  const sightings = new Map<string, Sighting>();
  return {
    saw: (performanceId, seat, by, msLeft) => {
      const key = `${performanceId} ${seat}`;
      const now = nowMs();
      // Deleted first, so that the map stays in the order of the sightings.
      sightings.delete(key);
      sightings.set(key, { by, seenAtMs: now, untilMs: now + msLeft });
      if (sightings.size > SEATS_MAX) sightings.delete(sightings.keys().next().value!);
    },
    takenFrom: (performanceId, seats, accountId) => {
      const now = nowMs();
      return seats.filter((seat) => {
        const sighting = sightings.get(`${performanceId} ${seat}`);
        return (
          sighting !== undefined &&
          sighting.by !== accountId &&
          now - sighting.seenAtMs <= MEMORY_MS &&
          now < sighting.untilMs
        );
      });
    },
  };
}
