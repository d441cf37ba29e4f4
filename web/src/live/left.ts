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

/** The grades of a seat map's seats. */
interface GradedSeats {
  /** By number - 1: the place of the seat's grade in `gradeNames`, from 1; 0 where the map has no such seat. */
  readonly gradeCodes: Uint8Array;
  readonly gradeNames: readonly string[];
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

function countLeft({ gradeCodes, gradeNames }: GradedSeats, { codes }: SeatStates): Left {
  const free = new Uint32Array(gradeNames.length + 1);
  let held = 0;
  for (let i = 0; i < gradeCodes.length; i++) {
    const grade = gradeCodes[i]!;
    if (grade === 0) continue;
    if (codes[i] === CODE.free) free[grade]!++;
    else if (codes[i] === CODE.held) held++;
  }
  const counted = gradeNames.map((grade, i) => [grade, free[i + 1]!] as const);
  return { free: Object.fromEntries(counted.filter(([, left]) => left > 0)), held };
}
