/**
 * Caches seat maps. A label's number never changes, so a cached map can only lack seats that were added
 * since; prices, grades and places may be up to `REFRESH_AFTER_MS` old.
 */
import type { Database } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import type { GradePrice } from '../concerts.ts';
import { GRADES_SQL } from '../concerts.ts';
import type { VenueMap } from './venue-map.ts';
import { readVenueMap } from './venue-map.ts';
import { createWeightedCache } from '../../lib/weighted-cache.ts';

export type { MapSeat } from './venue-map.ts';

/** A performance's seats: its venue's map, and the prices of its grades. */
export interface SeatMap extends VenueMap {
  readonly performanceId: string;
  readonly concertId: string;
  /** By price, the highest first. */
  readonly grades: readonly GradePrice[];
}

export interface SeatMaps {
  /**
   * Returns the performance's map, or undefined for an unknown performance. A cached map that lacks one of
   * the `needed` labels or numbers is read again; for labels at most once a second per venue, so that
   * invented labels cost nothing. It may take a connection of its own: never call it while holding one.
   * Throws `ConnectionUnavailable` and the database's errors.
   */
  get(performanceId: string, needed?: readonly (string | number)[]): Promise<SeatMap | undefined>;
  /** What `get` would return without reading anything; undefined when it would have to read. */
  known(performanceId: string, needed?: readonly (string | number)[]): SeatMap | undefined;
}

/** After this time the revision and prices are read again: one small read per performance in use. */
const REFRESH_AFTER_MS = 10_000;
const MISS_INTERVAL_MS = 1_000;
/** Some 150 bytes each. */
const CACHED_SEATS_MAX = 500_000;
const CACHED_PERFORMANCES_MAX = 10_000;

interface Head {
  readonly performanceId: string;
  readonly concertId: string;
  readonly venueId: string;
  readonly revision: number;
  readonly grades: readonly GradePrice[];
  readonly readAtMs: number;
  /** The last map made of this head: its venue's, with the head's facts. */
  made?: { readonly venue: VenueMap; readonly map: SeatMap };
}

const readHead = statement({
  name: 'seat_map_head',
  group: 'catalogue',
  params: ['text'],
  columns: { concert_id: 'text', venue_id: 'text', revision: 'integer', grades: 'jsonb' },
  text: `
    select
      p.concert_id::text as concert_id,
      p.venue_id::text as venue_id,
      v.revision,${GRADES_SQL}
    from performance as p
    join venue as v on v.venue_id = p.venue_id
    where p.performance_id = $1`,
});

/** `clockMs` is monotonic; tests move it. */
export function createSeatMaps(
  database: Database,
  clockMs: () => number = () => performance.now(),
): SeatMaps {
  const heads = createWeightedCache<Head>(CACHED_PERFORMANCES_MAX, () => 1);
  const venues = createWeightedCache<VenueMap>(CACHED_SEATS_MAX, (map) => map.seats.length);
  const missedAtMs = createWeightedCache<number>(CACHED_PERFORMANCES_MAX, () => 1);

  const loadHead = shared(async (performanceId: string): Promise<Head | undefined> => {
    const readAtMs = clockMs();
    const [row] = await database.connect((connection) => connection.read(readHead, [performanceId]));
    if (row === undefined) return undefined;
    const { concert_id: concertId, venue_id: venueId, revision, grades } = row;
    const head: Head = {
      performanceId,
      concertId,
      venueId,
      revision,
      grades: grades as GradePrice[],
      readAtMs,
    };
    heads.set(performanceId, head);
    return head;
  });

  const loadVenue = shared(async (venueId: string): Promise<VenueMap> => {
    const map = await database.connect((connection) => readVenueMap(connection, venueId));
    if (map === undefined) throw new Error(`venue ${venueId} of a performance does not exist`);
    venues.set(venueId, map);
    return map;
  });

  async function venueOf(head: Head): Promise<VenueMap> {
    const map = venues.get(head.venueId);
    return map === undefined || map.revision < head.revision ? loadVenue(head.venueId) : map;
  }

  /** Numbers come from the database, so reading again always finds them; any client can invent labels. */
  function mayReadAgain(map: VenueMap, needed: readonly (string | number)[]): boolean {
    const { venueId } = map;
    if (needed.some((seat) => typeof seat === 'number' && isMissing(map, seat))) return true;
    const nowMs = clockMs();
    if (nowMs - (missedAtMs.get(venueId) ?? -Infinity) < MISS_INTERVAL_MS) return false;
    missedAtMs.set(venueId, nowMs);
    return true;
  }

  function freshHead(performanceId: string): Head | undefined {
    const head = heads.get(performanceId);
    return head !== undefined && clockMs() - head.readAtMs < REFRESH_AFTER_MS ? head : undefined;
  }

  function known(performanceId: string, needed: readonly (string | number)[] = []): SeatMap | undefined {
    const head = freshHead(performanceId);
    const venue = head && venues.get(head.venueId);
    if (head === undefined || venue === undefined || venue.revision < head.revision) return undefined;
    return needed.some((seat) => isMissing(venue, seat)) ? undefined : mapOf(head, venue);
  }

  async function get(
    performanceId: string,
    needed: readonly (string | number)[] = [],
  ): Promise<SeatMap | undefined> {
    let head = freshHead(performanceId) ?? (await loadHead(performanceId));
    if (head === undefined) return undefined;
    let map = await venueOf(head);
    if (needed.some((seat) => isMissing(map, seat)) && mayReadAgain(map, needed)) {
      head = await loadHead(performanceId);
      if (head === undefined) return undefined;
      map = await venueOf(head);
    }
    return mapOf(head, map);
  }

  return { get, known };
}

/** The map is the same object until one of its parts is read again: every request asks for it. */
function mapOf(head: Head, venue: VenueMap): SeatMap {
  if (head.made?.venue !== venue) {
    const { performanceId, concertId, grades } = head;
    head.made = { venue, map: { ...venue, performanceId, concertId, grades } };
  }
  return head.made.map;
}

function isMissing(map: VenueMap, seat: string | number): boolean {
  return typeof seat === 'string' ? map.numberOf(seat) === undefined : !map.knows(seat);
}

/** Shares a load under way between callers for one key; a failed load is not remembered. */
function shared<Value>(load: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const underWay = new Map<string, Promise<Value>>();
  return (key) => {
    const current = underWay.get(key);
    if (current !== undefined) return current;
    const started = load(key).finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  };
}
