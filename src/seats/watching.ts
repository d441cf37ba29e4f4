/**
 * Watches seats with one observation per watched performance and tick, however many watch. A tick uses an
 * observation that a crowd has just made instead of its own.
 *
 * A watcher joins with the first observation that begins after it came. Its cursor, from this process or
 * another, is older, so the observation contains all that the cursor does; what is new is found in memory
 * (docs/decisions/0014-snapshot-cursor-for-live-seats.md).
 */
import { effectiveSaleState } from '../catalogue/sale.ts';
import type { EffectiveSaleState, StoredSaleState } from '../catalogue/sale.ts';
import { refusalOf } from '../db/refusal.ts';
import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import { isOneLife, parseSeatCursor } from './cursor.ts';
import type { SeatCursor } from './cursor.ts';
import type { HallState, SeatsByState } from './hall.ts';
import type { Hall, Halls } from './halls.ts';

/** What a watcher gets. Watchers that get the same events get the same object. */
export type SeatEvent =
  /** Seat numbers by new state; `cursor` continues after them. */
  | ({ readonly kind: 'seats'; readonly cursor: string; readonly at: Date } & SeatsByState)
  | SaleEvent
  /** The last event: the cursor can't be continued, or the seat map has changed. Read both again. */
  | { readonly kind: 'reset' };

/** The first event, and another whenever the sale changes. */
export interface SaleEvent {
  readonly kind: 'sale';
  readonly at: Date;
  /** What an operator has set. */
  readonly saleState: StoredSaleState;
  /** What that and the window amount to. */
  readonly sale: EffectiveSaleState;
  readonly saleOpensAt: Date;
  readonly saleClosesAt: Date | null;
}

export interface WatchRequest {
  readonly performanceId: string;
  /** From a reading of the seats or an event. Without one, the first event names every seat. */
  readonly cursor?: string | undefined;
  /** Called with the changes, in order, at most once a tick. */
  readonly onEvents: (events: readonly SeatEvent[]) => void;
  /** Called when the box office closes. */
  readonly onEnd: () => void;
}

/**
 * `invalid_request` is a cursor that this service never gave; the last two are a database that can't answer.
 */
export type WatchRefusal = Refusal<'invalid_request' | 'not_found' | 'contended' | 'overloaded'>;

export interface SeatWatch {
  /** The sale, and what has changed since the cursor; or only `reset`, and nothing follows. */
  readonly events: readonly SeatEvent[];
  close(): void;
}

export interface SeatWatching {
  watch(request: WatchRequest): Promise<SeatWatch | WatchRefusal>;
  /** Sends the watchers what has changed. Runs by itself every `intervalMs`, less often for many watchers. */
  tick(): Promise<void>;
  watcherCount(): number;
  close(): Promise<void>;
}

export interface SeatWatchingOptions {
  readonly halls: Halls;
  /** 0 reads only when `tick` is called. */
  readonly intervalMs: number;
  readonly onWarning?: ((line: string) => void) | undefined;
}

interface Watch {
  readonly hall: Hall;
  /** What the watchers have seen. */
  state: HallState | undefined;
  /** The number of the observation that the watchers have seen. */
  seenNumber: number;
  sale: SaleEvent | undefined;
  readonly watchers: Set<WatchRequest>;
  /** They wait for an observation that began after they came. */
  readonly joining: Set<Joining>;
}

interface Joining {
  readonly request: WatchRequest;
  readonly cursor: SeatCursor | undefined;
  /** The number of the newest observation that had begun when it came. */
  readonly after: number;
  readonly settle: (answer: Promise<SeatWatch | WatchRefusal> | SeatWatch | WatchRefusal) => void;
}

const RESET: SeatEvent = { kind: 'reset' };

/** A tick uses an observation that a crowd began at most this long ago. */
const FRESH_MS = 200;

/** Above this many watchers the interval grows with their number, to at most twice. */
const WATCHERS_UNSTRETCHED = 1_000;
const STRETCH_MAX = 2;

/**
 * How many different cursors one tick catches up, because each scans the hall; others wait for the next tick.
 */
const CURSORS_PER_TICK = 32;

export function createSeatWatching(options: SeatWatchingOptions): SeatWatching {
  const { halls, intervalMs, onWarning } = options;
  const watches = new Map<string, Watch>();
  let line: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let startedAtMs = -Infinity;
  let isFailing = false;
  let isClosed = false;

  function watch(request: WatchRequest): Promise<SeatWatch | WatchRefusal> | WatchRefusal {
    const cursor = request.cursor === undefined ? undefined : parseSeatCursor(request.cursor);
    if (request.cursor !== undefined && cursor === undefined) {
      return refuse('invalid_request', { detail: 'This service did not issue the cursor.' });
    }
    if (isClosed) return CLOSING;
    const watched = watchOf(request.performanceId);
    const joined = new Promise<SeatWatch | WatchRefusal>((settle) =>
      watched.joining.add({ request, cursor, after: watched.hall.begun, settle }),
    );
    schedule();
    return joined;
  }

  function watchOf(performanceId: string): Watch {
    const found = watches.get(performanceId);
    if (found !== undefined) return found;
    const hall = halls.use(performanceId);
    hall.isWatched = true;
    const made: Watch = {
      hall,
      state: undefined,
      seenNumber: hall.begun,
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

  /** The cost grows with the watchers; with many, each still gets its events within a second. */
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

  /** Never fails: after an error of the database, the next tick reads from the same snapshot on. */
  async function advance(watched: Watch): Promise<void> {
    // A watcher that comes from here on may have a newer cursor than this reading.
    const joining = [...watched.joining];
    const { hall } = watched;
    const isFresh = performance.now() - hall.observedAtMs <= FRESH_MS;
    const seen = isFresh ? watched.seenNumber : hall.observed;
    try {
      const state = await halls.observe(
        hall,
        joining.reduce((newest, { after }) => Math.max(newest, after), seen),
      );
      isFailing = false;
      if (state === undefined) return endUnknown(watched);
      tell(watched, newsOf(watched, state));
      admit(watched, state, joining);
    } catch (error) {
      if (!isFailing) onWarning?.(`cannot read live seats for the moment: ${String(error)}`);
      isFailing = true;
      for (const joiner of joining) {
        watched.joining.delete(joiner);
        joiner.settle(answerTo(error));
      }
    }
    leaveIfEmpty(watched);
  }

  /**
   * What the watchers have not seen yet; nothing after a reset, because the server or the map has changed.
   */
  function newsOf(watched: Watch, state: HallState): readonly SeatEvent[] {
    watched.seenNumber = watched.hall.observed;
    const changed = state.show();
    if (watched.state === state) return [...saleEventsOf(watched, state), ...seatEventsOf(state, changed)];
    tell(watched, [RESET]);
    watched.watchers.clear();
    watched.state = state;
    saleEventsOf(watched, state);
    return [];
  }

  function tell({ watchers }: Watch, events: readonly SeatEvent[]): void {
    if (events.length === 0) return;
    for (const watcher of watchers) {
      try {
        watcher.onEvents(events);
      } catch (error) {
        // It may be code of a program that embeds the box office; the others still get their events.
        watchers.delete(watcher);
        onWarning?.(`a watcher of seats failed: ${String(error)}`);
      }
    }
  }

  function admit(watched: Watch, state: HallState, joining: readonly Joining[]): void {
    // After an outage all return with the same cursor: catch up once, and share the object.
    const caughtUp = new Map<string | undefined, readonly SeatEvent[]>();
    for (const joiner of joining) {
      const { request, cursor, settle } = joiner;
      // It has seen a map that this service does not hand out yet.
      if (cursor !== undefined && isOneLife(cursor, state) && cursor.revision > state.revision) continue;
      const known = caughtUp.get(request.cursor);
      if (known === undefined && caughtUp.size === CURSORS_PER_TICK) continue;
      watched.joining.delete(joiner);
      const events = known ?? eventsSince(watched, state, cursor);
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
    const { hall, watchers, joining } = watched;
    if (watchers.size + joining.size > 0 || watches.get(hall.performanceId) !== watched) return;
    unwatch(watched);
  }

  /** Stops watching. The hall stays in memory, so that the next watcher costs only the changes since. */
  function unwatch({ hall }: Watch): void {
    watches.delete(hall.performanceId);
    hall.isWatched = false;
    halls.use(hall.performanceId);
  }

  function endUnknown(watched: Watch): void {
    tell(watched, [RESET]);
    watched.watchers.clear();
    unwatch(watched);
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

/** Turns the error into its refusal, or rejects with it for the caller of `watch`. */
async function answerTo(error: unknown): Promise<WatchRefusal> {
  return refusalOf(error);
}

/** The sale as an event, if it has changed; time alone can change it. */
function saleEventsOf(watched: Watch, { sale, at }: HallState): readonly SaleEvent[] {
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

function seatEventsOf({ cursor, at }: HallState, seats: SeatsByState): readonly SeatEvent[] {
  return Object.keys(seats).length === 0 ? [] : [{ kind: 'seats', cursor, at, ...seats }];
}

function eventsSince(
  { sale }: Watch,
  state: HallState,
  cursor: SeatCursor | undefined,
): readonly SeatEvent[] {
  const seats = state.since(cursor);
  if (seats === 'reset') return [RESET];
  return [...(sale === undefined ? [] : [sale]), ...seatEventsOf(state, seats)];
}
