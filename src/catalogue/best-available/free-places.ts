/** Finds the best places among free seats: the pure part of best-available. */
import type { Ranking } from './ranking.ts';

/** Seat numbers, neighbours in their order in the row. */
export type Place = readonly number[];

/** It must be false for 0, which no seat is. */
export type IsFree = (seat: number) => boolean;

export interface FreePlaces {
  /** How many places there were, overlapping ones included. */
  readonly count: number;
  /**
   * At most `count` places that share no seat, the best first, from those whose seats are still free. Each
   * fits (see `fits`); only if no place of the grade fits do others follow.
   */
  best(count: number, isFree: IsFree): readonly Place[];
}

/**
 * Keeps the places whose seats may be free; the others are never found. `mayBeFree` is asked again later: a
 * seat may turn false, but never true again.
 */
export function freePlacesOf({ numbers, starts, quantity }: Ranking, mayBeFree: IsFree): FreePlaces {
  const isAll = (start: number, isFree: IsFree): boolean => {
    for (let i = start; i < start + quantity; i += 1) if (!isFree(numbers[i]!)) return false;
    return true;
  };
  const kept = starts.filter((start) => isAll(start, mayBeFree));
  /** The places before this one are gone for good. */
  let from = 0;
  return {
    count: kept.length,
    best: (count, isFree) => {
      while (from < kept.length && !mayBeFree(numbers[kept[from]!]!)) from += 1;
      const fitting: Place[] = [];
      const others: Place[] = [];
      for (let rank = from; rank < kept.length && fitting.length < count; rank += 1) {
        const start = kept[rank]!;
        if (!isAll(start, isFree)) continue;
        const places = fits(numbers, start, quantity, isFree) ? fitting : others;
        if (places.length === count) continue;
        const place = Array.from(numbers.subarray(start, start + quantity));
        if (!places.some((better) => better.some((seat) => place.includes(seat)))) places.push(place);
      }
      return fitting.length > 0 ? fitting : others;
    },
  };
}

/**
 * Whether the place leaves no single free seat beside itself, and on one side a multiple of its quantity, so
 * that equal requests fill a row without a gap.
 */
function fits(numbers: Int32Array, start: number, quantity: number, isFree: IsFree): boolean {
  let left = 0;
  while (start - left > 0 && isFree(numbers[start - left - 1]!)) left += 1;
  let right = 0;
  while (isFree(numbers[start + quantity + right]!)) right += 1;
  return left !== 1 && right !== 1 && (left % quantity === 0 || right % quantity === 0);
}
