/**
 * Best-available: names the best adjacent free seats of a grade, for a hold strategy to claim. What is best
 * says docs/catalogue.md; docs/decisions/0022 says why they are chosen like this.
 *
 * A choice is made in memory, from an observation of the hall that all buyers and watchers share. So it may
 * be out of date by `AGE_MAX_MS`: the database is asked about the chosen seats, for all requests of a moment
 * together, and where a seat has gone the next best follow.
 */
import { pricesOfFree, unlockedOf } from '../../catalogue/best-available/probe.ts';
import type { FreePlaces, Place } from '../../catalogue/best-available/free-places.ts';
import type { SeatMap } from '../../catalogue/seat-map/seat-map.ts';
import type { Database } from '../../db/database.ts';
import { inBatches } from '../../lib/batches.ts';
import type { Hall, Halls } from '../../seats/halls.ts';
import type { Claim, FreeSeats } from './free-seats.ts';
import { createFreeSeats } from './free-seats.ts';

/** An older observation is replaced before a choice. */
const AGE_MAX_MS = 200;
/** At this age a choice begins the next observation, so that a crowd does not wait for it. */
const OBSERVE_AFTER_MS = 150;
/** The previews of a crowd are spread over so many of the best places. */
const SPREAD = 64;
/** But over no more than this share of all places, so that in a small hall the best stay the best. */
const SPREAD_SHARE = 0.05;
/** The previews of this time, or of the time before, are a crowd. */
const CROWD_WINDOW_MS = 1_000;
/** After finding so many places taken or locked, a request looks at the hall again, and then takes a locked one. */
const PASSED_OVER_MAX = 8;
/** Requests whose seats the database is asked about together. */
const PROBE_MAX = 256;

export interface BestSeatsWanted {
  readonly map: SeatMap;
  readonly accountId: string;
  readonly grade: string;
  readonly quantity: number;
  /** Seats that this request has already lost. */
  readonly avoid?: ReadonlySet<number>;
}

/** `none`: no such seats are left. `contested`: there are some, but others are taking them. */
export type NoSeats = 'none' | 'contested';

export interface BestSeats {
  /**
   * The seats to hold, in ascending order. Passes over seats that a transaction has locked, unless there are
   * no others: a lock does not make a seat sold. Settle the claim when the hold is over.
   */
  claim(wanted: BestSeatsWanted): Promise<Claim | NoSeats>;
  /**
   * The seats that `claim` would name, with what each costs; claims nothing. As nobody keeps them for anybody,
   * a crowd is spread: each account is shown one of as many of the best places as there were previews in
   * the last second.
   */
  preview(wanted: BestSeatsWanted): Promise<ReadonlyMap<number, number> | NoSeats>;
}

export interface BestSeatsOptions {
  readonly database: Database;
  readonly halls: Halls;
  /** The benchmark measures what spreading costs and saves; 1 spreads nobody. */
  readonly spread?: number;
  /** The halls' clock. */
  readonly nowMs?: () => number;
}

/** The buyers of one hall's best seats. */
interface Crowd {
  readonly seats: FreeSeats;
  windowFromMs: number;
  count: number;
  countBefore: number;
}

/** Both methods throw the database's errors. They take connections of their own: a caller must hold none. */
export function createBestSeats(options: BestSeatsOptions): BestSeats {
  const { database, halls, spread = SPREAD, nowMs = () => performance.now() } = options;
  const crowds = new WeakMap<Hall, Crowd>();

  const probe = inBatches<readonly number[], readonly number[]>(PROBE_MAX, async (performanceId, places) => {
    const free = await database.connect((connection) =>
      unlockedOf(connection, performanceId, [...new Set(places.flat())]),
    );
    return (place) => place.filter((seat) => !free.has(seat));
  });

  const hallOf = (performanceId: string): Hall => halls.find(performanceId) ?? halls.use(performanceId);

  function crowdOf(hall: Hall): Crowd {
    const known = crowds.get(hall);
    if (known !== undefined) return known;
    const crowd = {
      seats: createFreeSeats(hall, nowMs),
      windowFromMs: -Infinity,
      count: 0,
      countBefore: 0,
    };
    crowds.set(hall, crowd);
    return crowd;
  }

  /** Counts a preview; returns how many made the crowd that it belongs to, itself included. */
  function arrive(crowd: Crowd): number {
    const now = nowMs();
    if (now - crowd.windowFromMs >= CROWD_WINDOW_MS) {
      crowd.countBefore = now - crowd.windowFromMs < 2 * CROWD_WINDOW_MS ? crowd.count : 0;
      crowd.count = 0;
      crowd.windowFromMs = now;
    }
    crowd.count += 1;
    return Math.max(crowd.count, crowd.countBefore);
  }

  /** Shows the hall as it was at most `AGE_MAX_MS` ago, or not before now. */
  async function look(hall: Hall, { seats }: Crowd, isFresh: boolean): Promise<void> {
    const ageMs = nowMs() - hall.observedAtMs;
    if (isFresh) await halls.observe(hall, hall.begun);
    else if (hall.state === undefined || ageMs > AGE_MAX_MS) {
      halls.use(hall.performanceId);
      await halls.observe(hall, hall.observed);
    } else if (ageMs > OBSERVE_AFTER_MS && !hall.isObserving) {
      // A request that needs the observation repeats it, and gets the error.
      halls.observe(hall, hall.observed).catch(() => undefined);
    }
    seats.update();
  }

  /**
   * Offers one of the `few` best places after another to `tryPlace`, until one returns a value: first from
   * what is known, then from what is so now.
   */
  async function search<Found>(
    wanted: BestSeatsWanted,
    few: (places: FreePlaces) => number,
    tryPlace: (place: Place, seats: FreeSeats, isFresh: boolean) => Promise<Found | undefined>,
  ): Promise<Found | NoSeats> {
    const { map, accountId, grade, quantity, avoid } = wanted;
    const hall = hallOf(map.performanceId);
    const crowd = crowdOf(hall);
    const { seats } = crowd;
    for (const isFresh of [false, true]) {
      await look(hall, crowd, isFresh);
      for (let passed = 0; passed < PASSED_OVER_MAX; passed += 1) {
        const places = seats.places(map, grade, quantity);
        const which = Math.floor(fractionOf(map.performanceId, accountId) * few(places));
        const place = places.best(which + 1, { avoid }).at(-1);
        if (place === undefined) break;
        const found = await tryPlace(
          place.toSorted((a, b) => a - b),
          seats,
          isFresh,
        );
        if (found !== undefined) return found;
      }
    }
    const [left] = seats.places(map, grade, quantity).best(1, { orContested: true });
    return left === undefined ? 'none' : 'contested';
  }

  async function claim(wanted: BestSeatsWanted): Promise<Claim | NoSeats> {
    const { map, grade, quantity, avoid } = wanted;
    let locked: Place | undefined;
    // Requests of this service are offered seats apart from each other, so to spread them would only cost.
    const found = await search<Claim>(
      wanted,
      () => 1,
      async (place, seats, isFresh) => {
        const claimed = seats.claim(place);
        const lost = await probe(map.performanceId, place).catch((error: unknown) => {
          claimed.lost([]);
          throw error;
        });
        if (lost.length === 0) return claimed;
        claimed.lost(lost);
        // In a hall that was observed just now, what is not available is locked.
        if (isFresh) locked ??= place;
        return undefined;
      },
    );
    if (found !== 'contested') return found;
    // The hold waits, and learns who wins.
    const { seats } = crowdOf(hallOf(map.performanceId));
    const last = locked ?? seats.places(map, grade, quantity).best(1, { avoid, orContested: true })[0];
    return last === undefined ? 'contested' : seats.claim(last.toSorted((a, b) => a - b));
  }

  async function preview(wanted: BestSeatsWanted): Promise<ReadonlyMap<number, number> | NoSeats> {
    const size = arrive(crowdOf(hallOf(wanted.map.performanceId)));
    const few = ({ count }: FreePlaces): number =>
      Math.max(1, Math.min(size, spread, Math.floor(count * SPREAD_SHARE)));
    return search(wanted, few, async (place, seats) => {
      const prices = await database.connect((connection) =>
        pricesOfFree(connection, wanted.map.performanceId, place),
      );
      if (prices.size === place.length) return new Map(place.map((seat) => [seat, prices.get(seat)!]));
      seats.claim(place).lost(place.filter((seat) => !prices.has(seat)));
      return undefined;
    });
  }

  return { claim, preview };
}

/**
 * A number from 0 to 1 that depends on the account alone, so that a repeated request gets the same place: FNV-1a with a
 * final mixing. Nothing depends on its being hard to foresee, and it takes a hundredth of SHA-256's time.
 */
function fractionOf(performanceId: string, accountId: string): number {
  let hash = 0x811c9dc5;
  for (const text of [performanceId, '\n', accountId]) {
    for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
