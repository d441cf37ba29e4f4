/** Counts the seats that are left, once for each change of the states. */
import type { ReadonlySignal } from '@preact/signals';
import { useComputed } from '@preact/signals';
import { CODE } from './seat-states.ts';
import type { SeatStates } from './seat-states.ts';

export interface Left {
  /** By grade; undefined until the seats are known. */
  readonly free: Readonly<Record<string, number>> | undefined;
  readonly held: number;
}

interface GradedSeats {
  readonly seats: readonly { readonly number: number; readonly grade: string }[];
}

/** The page draws again only when a number has changed. */
export function useLeft(
  map: GradedSeats | undefined,
  states: ReadonlySignal<SeatStates | undefined>,
): ReadonlySignal<Left> {
  const counted = useComputed(() => JSON.stringify(leftOf(map, states.value)));
  return useComputed(() => JSON.parse(counted.value) as Left);
}

const counts = new WeakMap<SeatStates, { readonly map: GradedSeats; readonly left: Left }>();

/** Several parts of a page ask for the counts of the same states; only the first counts. */
function leftOf(map: GradedSeats | undefined, states: SeatStates | undefined): Left {
  if (map === undefined || states === undefined) return { free: undefined, held: 0 };
  const known = counts.get(states);
  if (known?.map === map) return known.left;
  const left = countLeft(map, states);
  counts.set(states, { map, left });
  return left;
}

function countLeft({ seats }: GradedSeats, { codes }: SeatStates): Left {
  const free: Record<string, number> = {};
  let held = 0;
  for (const { number, grade } of seats) {
    const code = codes[number - 1];
    if (code === CODE.free) free[grade] = (free[grade] ?? 0) + 1;
    else if (code === CODE.held) held += 1;
  }
  return { free, held };
}
