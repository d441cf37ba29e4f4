/** One hall's state in memory, 18 bytes a seat: answers what has changed since any cursor without a query. */
import type { SaleWindow } from '../catalogue/sale.ts';
import type { SeatChanges } from './changes.ts';
import { formatSeatCursor, isOneLife, isVisibleIn, parseSnapshot } from './cursor.ts';
import type { SeatCursor, Snapshot } from './cursor.ts';

/** Seat numbers by current state; an empty list is left out. */
export interface SeatsByState {
  readonly free?: readonly number[];
  readonly held?: readonly number[];
  readonly sold?: readonly number[];
}

/** The seats of one hall, as the last observation found them. */
export interface HallState {
  /** The highest seat number. */
  readonly size: number;
  /** The server's life and the seat map's revision; cursors name both. */
  readonly epoch: number;
  readonly revision: number;
  /** As in a cursor. */
  readonly server: string | undefined;
  /** As the server wrote it; the next changes begin there. */
  readonly snapshot: string;
  readonly at: Date;
  readonly sale: SaleWindow;
  /** The cursor of a watcher that has seen this state. */
  readonly cursor: string;
  /** Applies changes since `snapshot`, or since an earlier one. */
  advance(changes: SeatChanges): void;
  /** The seats whose state has changed since the last call. */
  show(): SeatsByState;
  /**
   * The seats whose state may differ from that at the cursor, with the states of the last `show`; `reset`
   * when they are unknown, every seat without a cursor. The cursor must be older than the last observation.
   */
  since(cursor: SeatCursor | undefined): SeatsByState | 'reset';
  /** Whether the seat was free at the last observation, or its hold has ended in the `elapsedMs` since. */
  isFree(seat: number, elapsedMs: number): boolean;
  /** Whether the seat is surely taken `elapsedMs` after the last observation began, barring later writes. */
  isTaken(seat: number, elapsedMs: number): boolean;
}

/** A hold's end is rounded up, and an observation's time down, by less than 1 ms each. */
const ROUNDING_MS = 2;

const NONE = 0;
const FREE = 1;
const HELD = 2;
const SOLD = 3;

/** Makes the state from a full reading, which is the changes since the empty snapshot. */
export function createHallState(full: SeatChanges): HallState {
  const size = full.numbers.reduce((max, number) => Math.max(max, number), 0);
  // By number; index 0 is unused.
  const written = new Uint8Array(size + 1);
  const heldUntilMs = new Float64Array(size + 1);
  // A 64-bit transaction number fits: at a million a second a server reaches 2^53 after 285 years.
  const changedBy = new Float64Array(size + 1);
  const shown = new Uint8Array(size + 1);
  const { epoch, revision, server } = full;
  let { snapshot, at, sale } = full;
  let cursor = formatSeatCursor(full);
  let seen = parseSnapshot(snapshot);

  function advance(changes: SeatChanges): void {
    for (const [i, number] of changes.numbers.entries()) {
      // A seat that was added since comes with a new map, and so with a new state.
      if (number > size) continue;
      written[number] = STATE_OF[changes.states[i]!]!;
      heldUntilMs[number] = changes.heldUntilMs[i]!;
      changedBy[number] = changes.changedBy[i]!;
    }
    ({ snapshot, at, sale } = changes);
    cursor = formatSeatCursor({ ...changes, revision });
    seen = parseSnapshot(snapshot);
  }

  /** Compares every seat: a hold ends without a write, and begins again if the clock is set back. */
  function show(): SeatsByState {
    const atMs = at.getTime();
    const changed: number[] = [];
    for (let number = 1; number <= size; number += 1) {
      const state = written[number] === HELD && heldUntilMs[number]! <= atMs ? FREE : written[number]!;
      if (state === shown[number]) continue;
      shown[number] = state;
      changed.push(number);
    }
    return byState(changed);
  }

  function isFree(seat: number, elapsedMs: number): boolean {
    if (written[seat] !== HELD) return written[seat] === FREE;
    return heldUntilMs[seat]! <= at.getTime() + elapsedMs;
  }

  function isTaken(seat: number, elapsedMs: number): boolean {
    if (written[seat] !== HELD) return written[seat] === SOLD;
    return heldUntilMs[seat]! - at.getTime() - ROUNDING_MS > elapsedMs;
  }

  function since(from: SeatCursor | undefined): SeatsByState | 'reset' {
    if (from === undefined) return byState(Array.from({ length: size }, (_, i) => i + 1));
    if (!isOneLife(from, full) || from.revision !== revision) return 'reset';
    // Another server gave it: no earlier snapshot of this one ends later.
    if (from.snapshot.xmax > seen.xmax) return 'reset';
    const [earlierMs, laterMs] = [from.atMs, at.getTime()].toSorted((a, b) => a - b) as [number, number];
    const changed: number[] = [];
    for (let number = 1; number <= size; number += 1) {
      const expired = written[number] === HELD && isBetween(heldUntilMs[number]!, earlierMs, laterMs);
      if (expired || isNewTo(from.snapshot, changedBy[number]!)) changed.push(number);
    }
    return byState(changed);
  }

  function byState(numbers: readonly number[]): SeatsByState {
    const lists: Record<number, number[]> = { [NONE]: [], [FREE]: [], [HELD]: [], [SOLD]: [] };
    for (const number of numbers) lists[shown[number]!]!.push(number);
    return {
      ...(lists[FREE]!.length > 0 && { free: lists[FREE]! }),
      ...(lists[HELD]!.length > 0 && { held: lists[HELD]! }),
      ...(lists[SOLD]!.length > 0 && { sold: lists[SOLD]! }),
    };
  }

  advance(full);
  show();
  return {
    size,
    epoch,
    revision,
    server,
    get snapshot() {
      return snapshot;
    },
    get at() {
      return at;
    },
    get sale() {
      return sale;
    },
    get cursor() {
      return cursor;
    },
    advance,
    show,
    since,
    isFree,
    isTaken,
  };
}

const STATE_OF: Readonly<Record<string, number>> = { f: FREE, h: HELD, s: SOLD };

/** Whether a hold was live at the earlier time, and over at the later one. */
function isBetween(heldUntilMs: number, earlierMs: number, laterMs: number): boolean {
  return heldUntilMs > earlierMs && heldUntilMs <= laterMs;
}

/**
 * Whether the seat changed after the snapshot. One that the performance never had has xid 0, which is in all.
 */
function isNewTo(snapshot: Snapshot, xid: number): boolean {
  return xid >= snapshot.xmin && !isVisibleIn(snapshot, xid);
}
