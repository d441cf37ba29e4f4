/**
 * Watching seats: one query per watched performance and tick, however many watch; none for what nobody watches.
 *
 * A watcher joins with the first reading that begins after it came. Its cursor was given before that, by this process or by
 * another, so the reading sees all that the cursor has seen, and what is new to it is found in memory
 * (docs/decisions/0014-snapshot-cursor-for-live-seats.md).
 */
import { effectiveSaleState } from '../catalogue/sale.ts';
import type { EffectiveSaleState, SaleState } from '../catalogue/sale.ts';
import { EMPTY_SNAPSHOT, readSeatChanges } from './changes.ts';
import type { SeatChanges } from './changes.ts';
import { parseSeatCursor } from './cursor.ts';
import type { SeatCursor } from './cursor.ts';
import { createWeightedCache } from '../lib/weighted-cache.ts';
import type { Database } from '../db/database.ts';
import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import { refusalOf } from '../db/refusal.ts';
import { createSeatPicture } from './picture.ts';
import type { SeatPicture, SeatsByState } from './picture.ts';

/** What a watcher hears. The same object goes to all who hear the same. */
export type SeatEvent =
  /** Seats by number whose state is now another; `cursor` continues behind them. */
  | ({ readonly kind: 'seats'; readonly cursor: string; readonly at: Date } & SeatsByState)
  | SaleEvent
  /** The cursor can't be continued or the seat map has changed: read both anew. The last event. */
  | { readonly kind: 'reset' };

/** The first event, and another whenever the sale changes. */
export interface SaleEvent {
  readonly kind: 'sale';
  readonly at: Date;
  /** What an operator has set. */
  readonly saleState: SaleState;
  /** What it comes to with the window. */
  readonly sale: EffectiveSaleState;
  readonly saleOpensAt: Date;
  readonly saleClosesAt: Date | null;
}

export interface WatchRequest {
  readonly performanceId: string;
  /** As a reading of the seats or an event gave it. Without one the first event names every seat. */
  readonly cursor?: string | undefined;
  /** Hears what changes, in order, at most once a tick. */
  readonly onEvents: (events: readonly SeatEvent[]) => void;
  /** The box office closes. */
  readonly onEnd: () => void;
}

export interface SeatWatch {
  /** The sale, and what has changed since the cursor; or `reset`, and no other will follow. */
  readonly events: readonly SeatEvent[];
  close(): void;
}

export interface SeatWatching {
  /** Refusals: `invalid_request` for what is no cursor, `not_found`, and those of a database that can't answer. */
  watch(request: WatchRequest): Promise<SeatWatch | Refusal>;
  /** Reads what has changed now, after a reading under way. It happens by itself every `intervalMs`, or less often for many. */
  tick(): Promise<void>;
  watcherCount(): number;
  close(): Promise<void>;
}

export interface SeatWatchingOptions {
  /** For the readings alone, so that they never wait behind buyers. It is not closed here. */
  readonly database: Database;
  /** The revision of the seat map that this process hands out now. */
  readonly mapRevisionOf: (performanceId: string) => Promise<number | undefined>;
  /** 0 reads only when `tick` is called. */
  readonly intervalMs: number;
  readonly onWarning?: ((line: string) => void) | undefined;
}

interface Watch {
  readonly performanceId: string;
  picture: SeatPicture | undefined;
  sale: SaleEvent | undefined;
  /** Have seen all of the picture. */
  readonly watchers: Set<WatchRequest>;
  /** Wait for the next reading. */
  readonly joining: Set<Joining>;
}

interface Joining {
  readonly request: WatchRequest;
  readonly cursor: SeatCursor | undefined;
  readonly settle: (answer: Promise<SeatWatch | Refusal> | SeatWatch | Refusal) => void;
}

const RESET: SeatEvent = { kind: 'reset' };

/** Pictures that nobody looks at stay for the next one who does: only what has changed meanwhile is read again. */
const CACHED_SEATS_MAX = 500_000;

/** So many watchers hear of every tick; twice as many, and more, of a tick that takes twice as long. */
const WATCHERS_UNSTRETCHED = 1_000;
const STRETCH_MAX = 2;

/** Different cursors from which one tick catches up: each walks the hall. Who comes with a further one waits for the next tick. */
const CURSORS_PER_TICK = 32;

export function createSeatWatching(options: SeatWatchingOptions): SeatWatching {
  const { database, mapRevisionOf, intervalMs, onWarning } = options;
  const watches = new Map<string, Watch>();
  const pictures = createWeightedCache<SeatPicture>(CACHED_SEATS_MAX, (picture) => picture.size);
  let line: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let startedAtMs = -Infinity;
  let isFailing = false;
  let isClosed = false;

  function watch(request: WatchRequest): Promise<SeatWatch | Refusal> | Refusal {
    const cursor = request.cursor === undefined ? undefined : parseSeatCursor(request.cursor);
    if (request.cursor !== undefined && cursor === undefined) {
      return refuse('invalid_request', { detail: 'The cursor is not one that this service gives.' });
    }
    if (isClosed) return CLOSING;
    const watched = watchOf(request.performanceId);
    const joined = new Promise<SeatWatch | Refusal>((settle) =>
      watched.joining.add({ request, cursor, settle }),
    );
    schedule();
    return joined;
  }

  function watchOf(performanceId: string): Watch {
    const found = watches.get(performanceId);
    if (found !== undefined) return found;
    const picture = pictures.get(performanceId);
    const made: Watch = {
      performanceId,
      picture,
      sale: undefined,
      watchers: new Set(),
      joining: new Set(),
    };
    watches.set(performanceId, made);
    return made;
  }

  function schedule(): void {
    if (intervalMs === 0 || isClosed || timer !== undefined || watches.size === 0) return;
    const waitMs = Math.max(0, startedAtMs + intervalMs * stretch() - performance.now());
    timer = setTimeout(() => {
      void tick().then(() => {
        timer = undefined;
        schedule();
      });
    }, waitMs);
    timer.unref();
  }

  /** Telling a thousand pages more costs the same again: many watchers hear every other tick, and still within a second. */
  function stretch(): number {
    return Math.min(STRETCH_MAX, Math.max(1, watcherCount() / WATCHERS_UNSTRETCHED));
  }

  function watcherCount(): number {
    return [...watches.values()].reduce((sum, { watchers }) => sum + watchers.size, 0);
  }

  function tick(): Promise<void> {
    line = line.then(async () => {
      startedAtMs = performance.now();
      await Promise.all([...watches.values()].map(advance));
    });
    return line;
  }

  /** Never fails: a database that is away for a moment is asked again by the next tick, from the same snapshot on. */
  async function advance(watched: Watch): Promise<void> {
    // Whoever comes from here on may have a newer cursor than what is read now.
    const joining = [...watched.joining];
    try {
      const found = await look(watched);
      isFailing = false;
      if (found === undefined) return endUnknown(watched);
      tell(watched, found.events);
      admit(watched, found.picture, joining);
    } catch (error) {
      if (!isFailing) onWarning?.(`live seats can not be read for the moment: ${String(error)}`);
      isFailing = true;
      for (const joiner of joining) {
        watched.joining.delete(joiner);
        joiner.settle(answerTo(error));
      }
    }
    leaveIfEmpty(watched);
  }

  /** Brings the picture up to date; undefined when there is no such performance. */
  async function look(
    watched: Watch,
  ): Promise<{ readonly picture: SeatPicture; readonly events: readonly SeatEvent[] } | undefined> {
    const { performanceId } = watched;
    const known = watched.picture;
    const changes = await read(performanceId, known?.snapshot ?? EMPTY_SNAPSHOT);
    if (changes === undefined) return undefined;
    if (known === undefined || (await isOutdated(known, performanceId, changes))) {
      tell(watched, [RESET]);
      watched.watchers.clear();
      const full = known === undefined ? changes : await read(performanceId, EMPTY_SNAPSHOT);
      if (full === undefined) return undefined;
      watched.picture = createSeatPicture(full);
      return { picture: watched.picture, events: saleEventsOf(watched, full) };
    }
    const changed = known.advance(changes);
    return { picture: known, events: [...saleEventsOf(watched, changes), ...seatEventsOf(known, changed)] };
  }

  function read(performanceId: string, snapshot: string): Promise<SeatChanges | undefined> {
    return database.connect((connection) => readSeatChanges(connection, performanceId, snapshot));
  }

  /**
   * Whether the picture is one of a former life of the server, or of a former seat map. Watchers are told of a new map
   * when this process hands it out, so that those who read it at once don't read the old one from memory.
   */
  async function isOutdated(
    { epoch, revision }: SeatPicture,
    performanceId: string,
    changes: SeatChanges,
  ): Promise<boolean> {
    if (epoch !== changes.epoch) return true;
    if (revision === changes.revision) return false;
    return ((await mapRevisionOf(performanceId)) ?? 0) >= changes.revision;
  }

  function tell({ watchers }: Watch, events: readonly SeatEvent[]): void {
    if (events.length === 0) return;
    for (const watcher of watchers) {
      try {
        watcher.onEvents(events);
      } catch (error) {
        // It may be one line of a program that embeds the box office; the others are to hear their events all the same.
        watchers.delete(watcher);
        onWarning?.(`a watcher of seats failed: ${String(error)}`);
      }
    }
  }

  function admit(watched: Watch, picture: SeatPicture, joining: readonly Joining[]): void {
    // After a break all come back with the same cursor: it is looked up once, and they hear the same object.
    const caughtUp = new Map<string | undefined, readonly SeatEvent[]>();
    for (const joiner of joining) {
      const { request, cursor, settle } = joiner;
      // It has seen a map that this process does not hand out yet.
      if (cursor?.epoch === picture.epoch && cursor.revision > picture.revision) continue;
      const known = caughtUp.get(request.cursor);
      if (known === undefined && caughtUp.size === CURSORS_PER_TICK) continue;
      watched.joining.delete(joiner);
      const events = known ?? eventsSince(watched, picture, cursor);
      caughtUp.set(request.cursor, events);
      if (events[0] !== RESET) watched.watchers.add(request);
      settle({ events, close: () => leave(watched, request) });
    }
  }

  function leave(watched: Watch, request: WatchRequest): void {
    watched.watchers.delete(request);
    leaveIfEmpty(watched);
  }

  function leaveIfEmpty(watched: Watch): void {
    const { performanceId, picture, watchers, joining } = watched;
    if (watchers.size + joining.size > 0 || watches.get(performanceId) !== watched) return;
    watches.delete(performanceId);
    if (picture !== undefined) pictures.set(performanceId, picture);
  }

  function endUnknown(watched: Watch): void {
    tell(watched, [RESET]);
    watched.watchers.clear();
    watches.delete(watched.performanceId);
    for (const { settle } of watched.joining) settle(refuse('not_found', { what: 'performance' }));
  }

  async function close(): Promise<void> {
    isClosed = true;
    clearTimeout(timer);
    for (const { joining, watchers } of watches.values()) {
      for (const { settle } of joining) settle(CLOSING);
      for (const { onEnd } of watchers) onEnd();
      watchers.clear();
    }
    watches.clear();
    await line;
  }

  return {
    watch: async (request) => watch(request),
    tick,
    watcherCount,
    close,
  };
}

const CLOSING = refuse('overloaded', { cause: 'closing' });

/** The refusal that the error amounts to; a fault of the program is thrown at whoever asked. */
async function answerTo(error: unknown): Promise<Refusal> {
  return refusalOf(error);
}

/** The sale as an event when it is not as before; time alone changes it, too. */
function saleEventsOf(watched: Watch, { sale, at }: SeatChanges): readonly SaleEvent[] {
  const { saleState, opensAt, closesAt } = sale;
  const event: SaleEvent = {
    kind: 'sale',
    at,
    sale: effectiveSaleState(sale, at),
    saleState,
    saleOpensAt: opensAt,
    saleClosesAt: closesAt,
  };
  const before = watched.sale;
  watched.sale = event;
  const sameAt = { at: before?.at };
  return JSON.stringify({ ...event, ...sameAt }) === JSON.stringify(before) ? [] : [event];
}

function seatEventsOf({ cursor, at }: SeatPicture, seats: SeatsByState): readonly SeatEvent[] {
  return Object.keys(seats).length === 0 ? [] : [{ kind: 'seats', cursor, at, ...seats }];
}

function eventsSince(
  { sale }: Watch,
  picture: SeatPicture,
  cursor: SeatCursor | undefined,
): readonly SeatEvent[] {
  const seats = picture.since(cursor);
  if (seats === 'reset') return [RESET];
  return [...(sale === undefined ? [] : [sale]), ...seatEventsOf(picture, seats)];
}
