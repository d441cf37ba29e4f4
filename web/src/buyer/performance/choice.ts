/** The seats that a buyer has chosen and not yet held, while others take seats, too. */
import type { ReadonlySignal } from '@preact/signals';
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { CODE } from '../../live/seat-states.ts';
import type { SeatStates } from '../../live/seat-states.ts';
import type { MapSeat, SeatMapDocument } from '../../seat-map/map-document.ts';
import { nearestLike } from '../../seat-map/geometry/nearest.ts';
import { keepChoice, keptChoice } from './kept-choice.ts';

/** Seats that somebody else was quicker to take, and what could take their place. */
export interface Loss {
  readonly lost: readonly MapSeat[];
  readonly offer: readonly MapSeat[];
}

export interface Choice {
  /** In the order in which they were chosen. */
  readonly seats: readonly MapSeat[];
  readonly numbers: ReadonlySet<number>;
  readonly loss: Loss | undefined;
  readonly toggle: (seat: MapSeat) => void;
  readonly choose: (seats: readonly MapSeat[]) => void;
  /** Takes seats out of the choice that others have, and looks for the nearest like them. */
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
  const loss = useSignal<Loss | undefined>(undefined);
  const byLabel = useMemo(() => new Map(map?.seats.map((seat) => [seat.label, seat])), [map]);

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
    const kept = keptChoice(performanceId).map((label) => byLabel.get(label));
    choose(kept.filter((seat) => seat !== undefined));
  }, [map]);

  const lose = (lost: readonly MapSeat[]): void => {
    if (lost.length === 0 || map === undefined) return;
    const numbers = new Set(lost.map(({ number }) => number));
    const kept = chosen.peek().filter(({ number }) => !numbers.has(number));
    const now = states.peek();
    const avoid = new Set(kept.map(({ number }) => number));
    const offered = new Set(now === undefined ? [] : nearestLike(map, now, [...numbers], avoid));
    choose(kept);
    loss.value = { lost, offer: map.seats.filter(({ number }) => offered.has(number)) };
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
    loss: loss.value,
    toggle: (seat) => {
      const without = chosen.value.filter(({ number }) => number !== seat.number);
      choose(without.length < chosen.value.length ? without : [...without, seat]);
      loss.value = undefined;
    },
    choose: (seats) => {
      choose(seats);
      loss.value = undefined;
    },
    lose: (labels) => lose(labels.map((label) => byLabel.get(label)).filter((seat) => seat !== undefined)),
    takeOffer: () => {
      choose([...chosen.value, ...(loss.value?.offer ?? [])]);
      loss.value = undefined;
    },
    forgetLoss: () => {
      loss.value = undefined;
    },
  };
}
