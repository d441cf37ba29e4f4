/**
 * The free seats of one hall, as the buyers of best seats see them: the last observation of the hall, with
 * what this service has done since. A seat that one request is about to hold is offered to no other.
 */
import type { FreePlaces, SeatsNow } from '../../catalogue/best-available/free-places.ts';
import { CONTESTED, FREE, freePlacesOf, TAKEN } from '../../catalogue/best-available/free-places.ts';
import type { SeatMap } from '../../catalogue/seat-map/seat-map.ts';
import type { Hall } from '../../seats/halls.ts';

/** Seats that a request is about to hold. */
export interface Claim {
  readonly seats: readonly number[];
  /** They are held now. */
  held(): void;
  /** These of them were found taken or locked; the others are free again. */
  lost(seats: readonly number[]): void;
}

export interface FreeSeats {
  /** Shows the hall's newest observation. */
  update(): void;
  places(map: SeatMap, grade: string, quantity: number): FreePlaces;
  claim(seats: readonly number[]): Claim;
}

/** What this service knows of a few seats until an observation shows it. */
interface Note {
  readonly seats: readonly number[];
  readonly state: typeof TAKEN | typeof CONTESTED;
  /** The newest observation that may not show it. */
  readonly until: number;
}

export function createFreeSeats(hall: Hall, nowMs: () => number): FreeSeats {
  let now: SeatsNow & { returns: number } = { states: new Uint8Array(0), returns: 0 };
  let shown = -1;
  const notes = new Set<Note>();
  /** By map, grade and quantity; made again for each observation. */
  let places = new Map<string, FreePlaces>();

  function update(): void {
    if (hall.observed === shown || hall.state === undefined) return;
    shown = hall.observed;
    const { state } = hall;
    const elapsedMs = nowMs() - hall.observedAtMs;
    const states = new Uint8Array(state.size + 1);
    for (let seat = 1; seat <= state.size; seat += 1) if (state.isFree(seat, elapsedMs)) states[seat] = FREE;
    now = { states, returns: 0 };
    places = new Map();
    for (const known of notes) {
      if (known.until < shown) notes.delete(known);
      else mark(known);
    }
  }

  function mark({ seats, state }: Note): void {
    const { states } = now;
    for (const seat of seats) if (states[seat] !== TAKEN) states[seat] = state;
  }

  function note(seats: readonly number[], state: Note['state'], until: number): Note {
    const noted = { seats, state, until };
    notes.add(noted);
    mark(noted);
    return noted;
  }

  return {
    update,
    places: (map, grade, quantity) => {
      const key = `${map.revision} ${quantity} ${grade}`;
      let found = places.get(key);
      if (found === undefined) {
        found = freePlacesOf(map.rankingOf(grade, quantity), now);
        places.set(key, found);
      }
      return found;
    },
    claim: (seats) => {
      const claimed = note(seats, CONTESTED, Infinity);
      return {
        seats,
        held: () => {
          notes.delete(claimed);
          note(seats, TAKEN, hall.begun);
        },
        lost: (lost) => {
          notes.delete(claimed);
          for (const seat of seats) if (now.states[seat] === CONTESTED) now.states[seat] = FREE;
          now.returns += 1;
          if (lost.length > 0) note(lost, CONTESTED, hall.begun);
        },
      };
    },
  };
}
