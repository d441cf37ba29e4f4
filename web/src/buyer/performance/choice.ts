/** The seats that a buyer has chosen and not yet held, while others take seats, too. */
import type { ReadonlySignal } from '@preact/signals';
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { CODE } from '../../live/seat-states.ts';
import type { SeatStates } from '../../live/seat-states.ts';
import type { MapSeat, SeatMapDocument } from '../../seat-map/map-document.ts';
import { nearestLike } from '../../seat-map/geometry/nearest.ts';
import { keepChoice, keptChoice } from './kept-choice.ts';

/** What the service was asked to suggest. */
export interface BestWanted {
  readonly grade: string;
  readonly quantity: number;
}

/** Seats that somebody else was quicker to take, and what could take their place. */
export interface Loss {
  readonly lost: readonly MapSeat[];
  /** The nearest like the lost ones; where they were suggested, the service's next suggestion once it is there. */
  readonly offer: readonly MapSeat[];
  readonly wanted: BestWanted | undefined;
}

export interface Choice {
  /** In the order in which they were chosen. */
  readonly seats: readonly MapSeat[];
  readonly numbers: ReadonlySet<number>;
  /** Set while the seats are exactly those that the service has suggested. */
  readonly wanted: BestWanted | undefined;
  readonly loss: Loss | undefined;
  readonly toggle: (seat: MapSeat) => void;
  readonly clear: () => void;
  /** Chooses suggested seats; after a loss it only offers them. */
  readonly suggest: (numbers: readonly number[], wanted: BestWanted) => void;
  /**
   * Takes seats out of the choice that others have, and looks for the nearest like them. Suggested seats all go: those
   * that are left are no longer the best together.
   */
  readonly lose: (labels: readonly string[]) => void;
  readonly takeOffer: () => void;
  readonly forgetLoss: () => void;
}

interface ChoiceProps {
  readonly performanceId: string;
  readonly map: SeatMapDocument | undefined;
  readonly states: ReadonlySignal<SeatStates | undefined>;
  /** While a hold is under way its seats become held: by this buyer, very likely. */
  readonly isHolding: ReadonlySignal<boolean>;
}

export function useChoice({ performanceId, map, states, isHolding }: ChoiceProps): Choice {
  const chosen = useSignal<readonly MapSeat[]>([]);
  const suggested = useSignal<BestWanted | undefined>(undefined);
  const loss = useSignal<Loss | undefined>(undefined);

  const choose = (seats: readonly MapSeat[]): void => {
    chosen.value = seats;
    keepChoice(
      performanceId,
      seats.map(({ label }) => label),
    );
  };
  // A reload keeps the choice; what others have taken meanwhile is lost below, by name.
  const isRestored = useRef(false);
  useEffect(() => {
    if (map === undefined || isRestored.current) return;
    isRestored.current = true;
    const kept = keptChoice(performanceId).map((label) => map.find(label));
    choose(kept.filter((seat) => seat !== undefined));
  }, [map]);

  const lose = (lost: readonly MapSeat[]): void => {
    if (lost.length === 0 || map === undefined) return;
    const wanted = suggested.peek() ?? loss.peek()?.wanted;
    if (wanted !== undefined) {
      choose([]);
      suggested.value = undefined;
      loss.value = { lost, offer: [], wanted };
      return;
    }
    const numbers = new Set(lost.map(({ number }) => number));
    const kept = chosen.peek().filter(({ number }) => !numbers.has(number));
    const now = states.peek();
    const avoid = new Set(kept.map(({ number }) => number));
    const offered = now === undefined ? [] : nearestLike(map, now, [...numbers], avoid);
    choose(kept);
    const offer = map.seats.filter(({ number }) => offered.includes(number));
    loss.value = { lost, offer, wanted: undefined };
  };

  useSignalEffect(() => {
    const now = states.value;
    if (now === undefined || isHolding.value) return;
    lose(chosen.value.filter(({ number }) => now.codes[number - 1] !== CODE.free));
    // What was offered may go as well: then something else is.
    const offered = loss.peek();
    if (offered?.offer.some(({ number }) => now.codes[number - 1] !== CODE.free) === true) lose(offered.lost);
  });

  return {
    seats: chosen.value,
    numbers: useMemo(() => new Set(chosen.value.map(({ number }) => number)), [chosen.value]),
    wanted: suggested.value,
    loss: loss.value,
    toggle: (seat) => {
      const without = chosen.value.filter(({ number }) => number !== seat.number);
      choose(without.length < chosen.value.length ? without : [...without, seat]);
      suggested.value = undefined;
      loss.value = undefined;
    },
    clear: () => {
      choose([]);
      suggested.value = undefined;
      loss.value = undefined;
    },
    suggest: (numbers, wanted) => {
      const seats = numbers.map((number) => map?.seatOf(number)).filter((seat) => seat !== undefined);
      const lost = loss.peek();
      if (lost?.wanted === undefined) {
        choose(seats);
        suggested.value = wanted;
        loss.value = undefined;
      } else loss.value = { ...lost, offer: seats };
    },
    lose: (labels) => lose(labels.map((label) => map?.find(label)).filter((seat) => seat !== undefined)),
    takeOffer: () => {
      choose([...chosen.value, ...(loss.value?.offer ?? [])]);
      suggested.value = loss.value?.wanted;
      loss.value = undefined;
    },
    forgetLoss: () => {
      loss.value = undefined;
    },
  };
}
