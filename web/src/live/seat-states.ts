/** The states of a performance's seats as a row of bytes, and how readings and events change it. */

export type SeatState = 'free' | 'held' | 'sold' | 'none';

export interface SeatStates {
  /** By number - 1: 0 none, 1 free, 2 held, 3 sold. */
  readonly codes: Uint8Array;
  /** Grows with every change. */
  readonly version: number;
  /** Numbers changed since the version before; undefined = all. */
  readonly changed: readonly number[] | undefined;
}

export const CODE = { none: 0, free: 1, held: 2, sold: 3 } as const satisfies Record<SeatState, number>;
const STATES: readonly SeatState[] = ['none', 'free', 'held', 'sold'];

/** What `event: seats` carries: numbers by their new state. */
export interface SeatChanges {
  readonly free?: readonly number[];
  readonly held?: readonly number[];
  readonly sold?: readonly number[];
}

export function stateOf(states: SeatStates | undefined, number: number): SeatState {
  return STATES[states?.codes[number - 1] ?? 0] ?? 'none';
}

/** The states from a whole reading (`ffhs-f`); the same object when nothing differs. */
export function readStates(text: string, before: SeatStates | undefined): SeatStates {
  const codes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) codes[i] = codeOf(text.charCodeAt(i));
  if (before?.codes.length !== codes.length) {
    return { codes, version: (before?.version ?? 0) + 1, changed: undefined };
  }
  const changed: number[] = [];
  for (let i = 0; i < codes.length; i++) if (codes[i] !== before.codes[i]) changed.push(i + 1);
  return changed.length === 0 ? before : { codes, version: before.version + 1, changed };
}

/** The states after an event; the same object when nothing differs, as events may repeat what a reading had. */
export function changeStates(before: SeatStates, changes: SeatChanges): SeatStates {
  const codes = before.codes.slice();
  const changed: number[] = [];
  for (const state of ['free', 'held', 'sold'] as const) {
    for (const number of changes[state] ?? []) {
      if (number < 1 || number > codes.length || codes[number - 1] === CODE[state]) continue;
      codes[number - 1] = CODE[state];
      changed.push(number);
    }
  }
  return changed.length === 0 ? before : { codes, version: before.version + 1, changed };
}

function codeOf(character: number): number {
  if (character === 102) return CODE.free;
  if (character === 104) return CODE.held;
  return character === 115 ? CODE.sold : CODE.none;
}
