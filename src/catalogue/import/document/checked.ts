/** A catalogue that keeps every rule that needs no database, in the terms of the tables. */
import type { LocalText, OutlineShape } from './document.ts';
import type { PlacedSeat } from './layout.ts';

export interface CheckedCatalogue {
  /** An ISO 4217 code; undefined keeps what is stored. */
  readonly currency: string | undefined;
  readonly venues: readonly CheckedVenue[];
  readonly concerts: readonly CheckedConcert[];
  readonly performances: readonly CheckedPerformance[];
}

export interface CheckedVenue {
  /** A JSON pointer to the venue in the document. */
  readonly path: string;
  readonly venueId: string;
  readonly name: LocalText;
  /** An IANA time zone; undefined keeps what is stored, UTC for a new venue. */
  readonly timeZone: string | undefined;
  readonly outline: readonly OutlineShape[];
  /** The point that the best seats are near; null where the document leaves it to the outline. */
  readonly focus: readonly [number, number] | null;
  readonly sections: readonly VenueSection[];
  /** In the document's order, in which new seats are numbered. */
  readonly seats: readonly PlacedSeat[];
}

export interface VenueSection {
  readonly id: string;
  readonly name?: LocalText;
}

export interface CheckedConcert {
  readonly path: string;
  readonly concertId: string;
  readonly title: LocalText;
  readonly description: LocalText | Record<string, never>;
}

export interface CheckedPerformance {
  readonly path: string;
  readonly performanceId: string;
  readonly concertId: string;
  readonly venueId: string;
  readonly startsAt: Date;
  readonly opensAt: Date;
  /** When the performance starts, at the latest. */
  readonly closesAt: Date;
  /** Applies only to a new performance; afterwards the operator sets the state. */
  readonly saleState: SaleState;
  readonly refundableUntil: Date;
  readonly holdSeconds: number;
  readonly seatLimit: number | null;
  readonly holdBudget: number | null;
  /** Grade to price in minor units. */
  readonly prices: ReadonlyMap<string, number>;
}

/** What an operator has set; whether seats are sold also depends on the sale's window. */
export type SaleState = 'open' | 'paused' | 'closed';
