/** How many seats are left, as they go. */
import type { ReadonlySignal } from '@preact/signals';
import { useComputed } from '@preact/signals';
import { CODE } from '../../live/seat-states.ts';
import type { SeatStates } from '../../live/seat-states.ts';
import type { SeatMapDocument } from '../../seat-map/map-document.ts';

export interface Left {
  /** By grade; undefined until the seats are known. */
  readonly free: Readonly<Record<string, number>> | undefined;
  readonly held: number;
}

/** Counts anew with every change, but tells only when a number is another one. */
export function useLeft(
  map: SeatMapDocument | undefined,
  states: ReadonlySignal<SeatStates | undefined>,
): ReadonlySignal<Left> {
  const told = useComputed(() => JSON.stringify(countLeft(map, states.value)));
  return useComputed(() => JSON.parse(told.value) as Left);
}

function countLeft(map: SeatMapDocument | undefined, states: SeatStates | undefined): Left {
  if (map === undefined || states === undefined) return { free: undefined, held: 0 };
  const free: Record<string, number> = {};
  let held = 0;
  for (const { number, grade } of map.seats) {
    const code = states.codes[number - 1];
    if (code === CODE.free) free[grade] = (free[grade] ?? 0) + 1;
    else if (code === CODE.held) held += 1;
  }
  return { free, held };
}
