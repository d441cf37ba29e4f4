/** How each seat is shown: it follows from the seat's state and from whose it is. */
import type { SeatStates } from '../../live/seat-states.ts';
import { CODE } from '../../live/seat-states.ts';
import { SHOWN } from '../drawing/seat-sprites.ts';
import type { Geometry } from '../geometry/geometry.ts';

export interface ShownSeats {
  /** By index: one of `SHOWN`. */
  readonly shown: Uint8Array;
  /** By part of a section. */
  readonly free: Uint32Array;
  /** The reader's own and chosen seats, by index. */
  readonly marked: readonly number[];
  /** Whether it can be chosen, or is the reader's. */
  readonly isOpen: (index: number) => boolean;
  /** Takes in the states; answers the seats that look different now. */
  setStates(states: SeatStates): readonly number[];
  setOwn(mine: ReadonlySet<number>, selected: ReadonlySet<number>): readonly number[];
}

export function createShownSeats({ numbers, parts, part: partOf, indexOf }: Geometry): ShownSeats {
  const shown = new Uint8Array(numbers.length);
  const codes = new Uint8Array(numbers.length);
  const free = new Uint32Array(parts.length);
  let version: number | undefined;
  let mine: ReadonlySet<number> = new Set();
  let selected: ReadonlySet<number> = new Set();

  function indicesOf(wanted: Iterable<number>): readonly number[] {
    return [...wanted].map((number) => indexOf[number] ?? -1).filter((index) => index >= 0);
  }

  /** Whether the seat looks different now. */
  function showAgain(index: number): boolean {
    const number = numbers[index]!;
    const now = mine.has(number) ? SHOWN.mine : selected.has(number) ? SHOWN.selected : codes[index]!;
    if (shown[index] === now) return false;
    shown[index] = now;
    return true;
  }

  function setCode(index: number, code: number): void {
    if (codes[index] === CODE.free) free[partOf[index]!]!--;
    if (code === CODE.free) free[partOf[index]!]!++;
    codes[index] = code;
  }

  return {
    shown,
    free,
    get marked() {
      return indicesOf([...mine, ...selected]);
    },
    isOpen: (index) =>
      shown[index] === SHOWN.free || shown[index] === SHOWN.mine || shown[index] === SHOWN.selected,
    setStates(states) {
      const isNext = version !== undefined && states.version === version + 1;
      version = states.version;
      const touched =
        isNext && states.changed !== undefined ? indicesOf(states.changed) : [...numbers.keys()];
      return touched.filter((index) => {
        const code = states.codes[numbers[index]! - 1] ?? CODE.none;
        if (code === codes[index]) return false;
        setCode(index, code);
        return showAgain(index);
      });
    },
    setOwn(nowMine, nowSelected) {
      const touched = indicesOf([...mine, ...selected, ...nowMine, ...nowSelected]);
      mine = nowMine;
      selected = nowSelected;
      return touched.filter(showAgain);
    },
  };
}
