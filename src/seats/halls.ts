/**
 * The one reader of the halls' seats (docs/decisions/0020-one-reader-per-hall.md): it keeps the state of each hall that is
 * watched or that a crowd asks for, and reads what has changed since when somebody needs a newer observation. Everybody who
 * waits for one shares it. It reads nothing by itself.
 */
import { EMPTY_SNAPSHOT } from './changes.ts';
import type { ReadChanges, SeatChanges } from './changes.ts';
import type { Claims } from './claims.ts';
import { createHallState } from './hall.ts';
import type { HallState } from './hall.ts';

export interface Hall {
  readonly performanceId: string;
  /** Undefined before the first observation; another object when the server or the seat map is another. */
  readonly state: HallState | undefined;
  /** The number of the last observation that has begun. */
  readonly begun: number;
  /** The number of the last observation that `state` shows, and when it began. */
  readonly observed: number;
  readonly observedAtMs: number;
  readonly isObserving: boolean;
  /** Whose the seats are, for crowds. */
  claims: Claims | undefined;
  /** A watched hall stays in memory. */
  isWatched: boolean;
}

export interface Halls {
  /** The hall, if it is in memory. */
  find(performanceId: string): Hall | undefined;
  /** The hall, used now: others that were used longest ago go when there are too many. */
  use(performanceId: string): Hall;
  /**
   * Resolves with the hall's state when it shows an observation that began after number `after`, or with undefined when there
   * is no such performance. Throws what the database throws; the state is as it was then.
   */
  observe(hall: Hall, after: number): Promise<HallState | undefined>;
}

export interface HallsOptions {
  readonly read: ReadChanges;
  /** The revision of the seat map that this process hands out now; left out where maps do not change. */
  readonly mapRevisionOf?: (performanceId: string) => Promise<number | undefined>;
  /** A clock that never goes back. */
  readonly nowMs?: () => number;
}

/** What halls that nobody watches may take: half a million seats, and 400,000 reservations of crowds. */
const BYTES_MAX = 170_000_000;
const BYTES_PER_HALL = 400;
const BYTES_PER_SEAT = 20;
const BYTES_PER_CLAIM = 400;

interface Entry extends Hall {
  state: HallState | undefined;
  begun: number;
  observed: number;
  observedAtMs: number;
  isObserving: boolean;
  /** The observation under way, and the one after it if somebody needs that. */
  current: Promise<HallState | undefined> | undefined;
  next: Promise<HallState | undefined> | undefined;
}

export function createHalls(options: HallsOptions): Halls {
  const { read, mapRevisionOf, nowMs = () => performance.now() } = options;
  /** In the order of use. */
  const halls = new Map<string, Entry>();

  function use(performanceId: string): Entry {
    const hall = halls.get(performanceId) ?? newHall(performanceId);
    halls.delete(performanceId);
    halls.set(performanceId, hall);
    forgetTooMuch(hall);
    return hall;
  }

  function forgetTooMuch(used: Entry): void {
    let bytes = 0;
    for (const hall of halls.values()) bytes += bytesOf(hall);
    for (const hall of halls.values()) {
      if (bytes <= BYTES_MAX) return;
      if (hall === used) continue;
      bytes -= bytesOf(hall);
      hall.claims = undefined;
      if (!hall.isWatched) halls.delete(hall.performanceId);
    }
  }

  function observe(of: Hall, after: number): Promise<HallState | undefined> {
    const hall = of as Entry;
    if (hall.observed > after) return Promise.resolve(hall.state);
    if (hall.current === undefined) return begin(hall);
    if (hall.begun > after) return hall.current;
    const begun = (): Promise<HallState | undefined> => {
      hall.next = undefined;
      return hall.current ?? begin(hall);
    };
    return (hall.next ??= hall.current.then(begun, begun));
  }

  function begin(hall: Entry): Promise<HallState | undefined> {
    hall.begun += 1;
    hall.isObserving = true;
    hall.current = observeNow(hall, hall.begun).finally(() => {
      hall.current = undefined;
      hall.isObserving = false;
    });
    return hall.current;
  }

  async function observeNow(hall: Entry, number: number): Promise<HallState | undefined> {
    const { performanceId, state, claims } = hall;
    // What an observation finds is as old as its beginning.
    let beganAtMs = nowMs();
    const withReservations = claims?.isNeeded === true;
    const isFull = state === undefined || (withReservations && claims.observedAtMs === -Infinity);
    const since = isFull ? EMPTY_SNAPSHOT : state.snapshot;
    let changes = await read(performanceId, since, withReservations);
    if (changes !== undefined && state !== undefined && (await isOutdated(state, performanceId, changes))) {
      claims?.forgetSeats();
      hall.state = undefined;
      if (!isFull) {
        beganAtMs = nowMs();
        changes = await read(performanceId, EMPTY_SNAPSHOT, withReservations);
      }
    }
    if (changes === undefined) hall.state = undefined;
    else if (hall.state === undefined) hall.state = createHallState(changes);
    else hall.state.advance(changes);
    if (withReservations && changes !== undefined) claims.observe(hall.state!, changes, beganAtMs);
    hall.observed = number;
    hall.observedAtMs = beganAtMs;
    return hall.state;
  }

  /**
   * Whether the state is one of a former life of the server, or of a former seat map. A new map counts when this process hands
   * it out, so that a watcher that reads it at once doesn't read the old one from memory.
   */
  async function isOutdated(
    { epoch, revision }: HallState,
    performanceId: string,
    changes: SeatChanges,
  ): Promise<boolean> {
    if (epoch !== changes.epoch) return true;
    if (revision === changes.revision) return false;
    return mapRevisionOf === undefined || ((await mapRevisionOf(performanceId)) ?? 0) >= changes.revision;
  }

  return { find: (performanceId) => halls.get(performanceId), use, observe };
}

function newHall(performanceId: string): Entry {
  return {
    performanceId,
    state: undefined,
    begun: 0,
    observed: 0,
    observedAtMs: -Infinity,
    isObserving: false,
    claims: undefined,
    isWatched: false,
    current: undefined,
    next: undefined,
  };
}

/** What it takes; the seats of a watched hall don't count. */
function bytesOf({ state, claims, isWatched }: Entry): number {
  const seats = isWatched ? 0 : BYTES_PER_HALL + BYTES_PER_SEAT * (state?.size ?? 0);
  return seats + BYTES_PER_CLAIM * (claims?.size ?? 0);
}
