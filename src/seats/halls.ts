/**
 * The one reader of the halls' seats (docs/decisions/0020-one-reader-per-hall.md). It keeps the state of each
 * hall that is watched or that a crowd asks for. It reads changes only when a caller needs a newer
 * observation, and all callers that wait for one share it.
 */
import { EMPTY_SNAPSHOT } from './changes.ts';
import type { ReadChanges, SeatChanges } from './changes.ts';
import type { Claims } from './claims.ts';
import { createHallState } from './hall.ts';
import type { HallState } from './hall.ts';

export interface Hall {
  readonly performanceId: string;
  /** Undefined before the first observation; a new object when the server or the seat map has changed. */
  readonly state: HallState | undefined;
  /** The number of the newest observation that has begun. */
  readonly begun: number;
  /** The number of the observation that `state` shows, and when it began. */
  readonly observed: number;
  readonly observedAtMs: number;
  readonly isObserving: boolean;
  /** The claims on the seats, for crowds. */
  claims: Claims | undefined;
  /** A watched hall stays in memory. */
  isWatched: boolean;
}

export interface Halls {
  /** The hall, if it is in memory. */
  find(performanceId: string): Hall | undefined;
  /** The hall, marked as used. May evict the least recently used others. */
  use(performanceId: string): Hall;
  /**
   * Resolves with the hall's state once it shows an observation that began after number `after`; undefined
   * for an unknown performance. Throws the database's error, and the state stays as it was.
   */
  observe(hall: Hall, after: number): Promise<HallState | undefined>;
}

export interface HallsOptions {
  readonly read: ReadChanges;
  /** The revision of the seat map that this service hands out now; left out where maps do not change. */
  readonly mapRevisionOf?: (performanceId: string) => Promise<number | undefined>;
  /** A monotonic clock. */
  readonly nowMs?: () => number;
}

/** The memory for unwatched halls: half a million seats, and 400,000 reservations of crowds. */
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
  /** The observation under way, and the next one if a caller needs it. */
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
    // An observation is as old as its beginning.
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
   * Whether the state belongs to an earlier life of the server, or to an earlier seat map. A new map counts
   * once this service hands it out, so that a watcher that then reads the map doesn't get the old one from
   * memory.
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

/** The bytes that the hall takes. The seats of a watched hall don't count. */
function bytesOf({ state, claims, isWatched }: Entry): number {
  const seats = isWatched ? 0 : BYTES_PER_HALL + BYTES_PER_SEAT * (state?.size ?? 0);
  return seats + BYTES_PER_CLAIM * (claims?.size ?? 0);
}
