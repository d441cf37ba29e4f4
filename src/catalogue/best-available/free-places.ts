/** Finds the best places among free seats: the pure part of best-available. */
import type { Ranking } from './ranking.ts';

export const TAKEN = 0;
export const FREE = 1;
/** Somebody is taking it: it may be free again in a moment. */
export const CONTESTED = 2;

/** Seat numbers, neighbours in their order in the row. */
export type Place = readonly number[];

/** What is known of a hall's seats. */
export interface SeatsNow {
  /** By seat number; 0, which no seat is, is taken. A seat that is taken stays so. */
  readonly states: Uint8Array;
  /** Raised whenever a contested seat is free again. */
  readonly returns: number;
}

export interface Wanted {
  /** Not these seats. */
  readonly avoid?: ReadonlySet<number> | undefined;
  /** Contested seats as well. */
  readonly orContested?: boolean;
}

export interface FreePlaces {
  /** How many places there were at first, overlapping ones included. */
  readonly count: number;
  /**
   * At most `count` places that share no seat, the best first. Each fits (see `fits`); only if no place of
   * the grade fits do others follow.
   */
  best(count: number, wanted?: Wanted): readonly Place[];
}

/** Keeps the places whose seats are not taken now. */
export function freePlacesOf({ numbers, starts, quantity }: Ranking, now: SeatsNow): FreePlaces {
  const { states } = now;

  /** Whether all seats of the place are free, or at least contested. */
  function isOpen(start: number, orContested: boolean): boolean {
    for (let i = start; i < start + quantity; i += 1) {
      const state = states[numbers[i]!] ?? TAKEN;
      if (state !== FREE && !(orContested && state === CONTESTED)) return false;
    }
    return true;
  }

  const kept = keptOf(starts);
  /** `filter`, at a quarter of its cost: it is done for every observation. */
  function keptOf(all: Int32Array): Int32Array {
    const open = new Int32Array(all.length);
    let count = 0;
    for (let rank = 0; rank < all.length; rank += 1) {
      const start = all[rank]!;
      if (isOpen(start, true)) open[count++] = start;
    }
    return open.slice(0, count);
  }

  // A crowd buys from the front, so the first places go first: those before `openFrom` have a seat that is
  // taken, or contested as long as none has been returned.
  let untakenFrom = 0;
  let openFrom = 0;
  let { returns } = now;

  function skipTo(orContested: boolean): number {
    while (untakenFrom < kept.length && !isOpen(kept[untakenFrom]!, true)) untakenFrom += 1;
    if (orContested) return untakenFrom;
    if (returns !== now.returns) openFrom = untakenFrom;
    returns = now.returns;
    openFrom = Math.max(openFrom, untakenFrom);
    while (openFrom < kept.length && !isOpen(kept[openFrom]!, false)) openFrom += 1;
    return openFrom;
  }

  function best(count: number, { avoid, orContested = false }: Wanted = {}): readonly Place[] {
    const isFree = (seat: number): boolean => {
      const state = states[seat] ?? TAKEN;
      return (state === FREE || (orContested && state === CONTESTED)) && avoid?.has(seat) !== true;
    };
    const fitting: Place[] = [];
    const others: Place[] = [];
    for (let rank = skipTo(orContested); rank < kept.length && fitting.length < count; rank += 1) {
      const start = kept[rank]!;
      if (!isOpen(start, orContested)) continue;
      const place = Array.from(numbers.subarray(start, start + quantity));
      if (avoid !== undefined && !place.every(isFree)) continue;
      const places = fits(numbers, start, quantity, isFree) ? fitting : others;
      if (places.length === count) continue;
      if (!places.some((better) => better.some((seat) => place.includes(seat)))) places.push(place);
    }
    return fitting.length > 0 ? fitting : others;
  }

  return { count: kept.length, best };
}

/**
 * Whether the place leaves no single free seat beside itself, and on one side a multiple of its quantity, so
 * that equal requests fill a row without a gap.
 */
function fits(
  numbers: Int32Array,
  start: number,
  quantity: number,
  isFree: (seat: number) => boolean,
): boolean {
  let left = 0;
  while (start - left > 0 && isFree(numbers[start - left - 1]!)) left += 1;
  let right = 0;
  while (isFree(numbers[start + quantity + right]!)) right += 1;
  return left !== 1 && right !== 1 && (left % quantity === 0 || right % quantity === 0);
}
