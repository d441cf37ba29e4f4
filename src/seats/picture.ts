/**
 * The seats of a watched performance in memory: some 20 bytes a seat, enough to tell any watcher what has changed since any
 * cursor without asking the database.
 */

import type { SeatChanges } from './changes.ts';
import { formatSeatCursor, isVisibleIn, parseSnapshot } from './cursor.ts';
import type { SeatCursor, Snapshot } from './cursor.ts';

/** Seats by their state now; a list without a seat is left out. */
export interface SeatsByState {
  readonly free?: readonly number[];
  readonly held?: readonly number[];
  readonly sold?: readonly number[];
}

export interface SeatPicture {
  /** The highest seat number. */
  readonly size: number;
  /** The server's life and the seat map whose picture it is; both are those of its cursors. */
  readonly epoch: number;
  readonly revision: number;
  /** As the server wrote it: what to ask the next changes since. */
  readonly snapshot: string;
  readonly at: Date;
  /** The cursor of those who have seen all of it. */
  readonly cursor: string;
  /** Takes changes since `snapshot` in, and returns the seats that are now in another state than before. */
  advance(changes: SeatChanges): SeatsByState;
  /**
   * The seats that may be in another state now than at the cursor, or 'reset' when that can't be told. The cursor must have
   * been given before the picture was taken; that it is undefined asks for every seat.
   */
  since(cursor: SeatCursor | undefined): SeatsByState | 'reset';
}

const NONE = 0;
const FREE = 1;
const HELD = 2;
const SOLD = 3;

/** Makes a picture of a full reading: the changes since the empty snapshot. */
export function createSeatPicture(full: SeatChanges): SeatPicture {
  const size = full.numbers.reduce((max, number) => Math.max(max, number), 0);
  // By number; index 0 is nobody's.
  const written = new Uint8Array(size + 1);
  const heldUntilMs = new Float64Array(size + 1);
  // A transaction's number of 64 bits fits: a server that counts a million a second reaches 2^53 after 285 years.
  const changedBy = new Float64Array(size + 1);
  const shown = new Uint8Array(size + 1);
  let newest = full;
  let cursor = formatSeatCursor(full);
  const { epoch, revision } = full;
  let seen = parseSnapshot(full.snapshot);

  function advance(changes: SeatChanges): SeatsByState {
    for (const [i, number] of changes.numbers.entries()) {
      // A seat that was added since comes with a new map, and so with a new picture.
      if (number > size) continue;
      written[number] = STATE_OF[changes.states[i]!]!;
      heldUntilMs[number] = changes.heldUntilMs[i]!;
      changedBy[number] = changes.changedBy[i]!;
    }
    newest = changes;
    cursor = formatSeatCursor({ ...changes, revision });
    seen = parseSnapshot(changes.snapshot);
    return show(changes.at.getTime());
  }

  /** Looks at every seat, because a hold ends without a write; also where the clock was set back, and it has not ended yet. */
  function show(atMs: number): SeatsByState {
    const changed: number[] = [];
    for (let number = 1; number <= size; number += 1) {
      const state = written[number] === HELD && heldUntilMs[number]! <= atMs ? FREE : written[number]!;
      if (state === shown[number]) continue;
      shown[number] = state;
      changed.push(number);
    }
    return byState(changed);
  }

  function since(from: SeatCursor | undefined): SeatsByState | 'reset' {
    if (from === undefined) return byState(Array.from({ length: size }, (_, i) => i + 1));
    if (from.epoch !== epoch || from.revision !== revision) return 'reset';
    // No snapshot of this server's that was taken before can see further.
    if (from.snapshot.xmax > seen.xmax) return 'reset';
    const [earlierMs, laterMs] = [from.atMs, newest.at.getTime()].toSorted((a, b) => a - b) as [
      number,
      number,
    ];
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
  return {
    size,
    epoch,
    revision,
    get snapshot() {
      return newest.snapshot;
    },
    get at() {
      return newest.at;
    },
    get cursor() {
      return cursor;
    },
    advance,
    since,
  };
}

const STATE_OF: Readonly<Record<string, number>> = { f: FREE, h: HELD, s: SOLD };

/** Held at the earlier time and no longer at the later one. */
function isBetween(heldUntilMs: number, earlierMs: number, laterMs: number): boolean {
  return heldUntilMs > earlierMs && heldUntilMs <= laterMs;
}

/** A seat that the performance never had was changed by transaction 0, which is new to nobody. */
function isNewTo(snapshot: Snapshot, xid: number): boolean {
  return xid >= snapshot.xmin && !isVisibleIn(snapshot, xid);
}
