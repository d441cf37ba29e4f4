/**
 * The free seats of one hall, as the buyers of best seats see them: the last observation of the hall, with
 * what this service has done since. A seat that one request is about to hold is offered to no other.
 */
import type { FreePlaces } from '../../catalogue/best-available/free-places.ts';
import { freePlacesOf } from '../../catalogue/best-available/free-places.ts';
import type { SeatMap } from '../../catalogue/seat-map/seat-map.ts';
import type { Hall } from '../../seats/halls.ts';

const TAKEN = 0;
const FREE = 1;
/** Somebody is taking it, in this service or elsewhere: it may be free again in a moment. */
const CONTESTED = 2;

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
  isFree(seat: number): boolean;
  /** Whether the seat is free, or may be free again in a moment. */
  mayBeFree(seat: number): boolean;
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
  let states = new Uint8Array(0);
  let shown = -1;
  const notes = new Set<Note>();
  /** By map, grade and quantity; made again for each observation. */
  let places = new Map<string, FreePlaces>();

  function update(): void {
    if (hall.observed === shown || hall.state === undefined) return;
    shown = hall.observed;
    const { state } = hall;
    const elapsedMs = nowMs() - hall.observedAtMs;
    states = new Uint8Array(state.size + 1);
    for (let seat = 1; seat <= state.size; seat += 1) if (state.isFree(seat, elapsedMs)) states[seat] = FREE;
    places = new Map();
    for (const note of notes) {
      if (note.until < shown) notes.delete(note);
      else mark(note);
    }
  }

  function mark({ seats, state }: Note): void {
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
        const now = states;
        found = freePlacesOf(map.rankingOf(grade, quantity), (seat) => (now[seat] ?? TAKEN) !== TAKEN);
        places.set(key, found);
      }
      return found;
    },
    isFree: (seat) => states[seat] === FREE,
    mayBeFree: (seat) => (states[seat] ?? TAKEN) !== TAKEN,
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
          for (const seat of seats) if (states[seat] === CONTESTED) states[seat] = FREE;
          if (lost.length > 0) note(lost, CONTESTED, hall.begun);
        },
      };
    },
  };
}
