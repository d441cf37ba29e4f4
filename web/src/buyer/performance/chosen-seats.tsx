/** The chosen seats with their sum, and the button that holds them. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { money } from '../../format/money.ts';
import { seatCount, seatName } from '../../format/seats.ts';
import { Icon } from '../../components/icon.tsx';
import type { Section } from '../../format/seats.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { MapSeat } from '../../seat-map/map-document.ts';
import type { BestWanted } from './choice.ts';

const TEXTS = {
  title: { ko: '고른 좌석', en: 'Your seats' },
  best: {
    ko: '나란히 남은 자리 가운데 무대와 열 한가운데에 가까운 자리예요. 아직 잡아 두지는 않았어요.',
    en: "Among the best left together: near the stage and the middle of the row. They aren't held yet.",
  },
  remove: { ko: '빼기', en: 'Remove' },
  clear: { ko: '모두 빼기', en: 'Clear' },
} satisfies Record<string, Text>;

export interface ChosenSeatsProps {
  readonly seats: readonly MapSeat[];
  /** Set where the service has suggested them. */
  readonly wanted: BestWanted | undefined;
  readonly sections: readonly Section[];
  readonly priceOf: (grade: string) => number;
  readonly isBusy: boolean;
  readonly onRemove: (seat: MapSeat) => void;
  readonly onClear: () => void;
  readonly onHold: () => void;
}

export function ChosenSeats(props: ChosenSeatsProps): JSX.Element {
  const { seats, wanted, sections, priceOf, isBusy, onRemove, onClear, onHold } = props;
  const title = useRef<HTMLHeadingElement>(null);
  // The button that asked for the suggestion has made room for it.
  useEffect(() => {
    if (wanted !== undefined) title.current?.focus({ preventScroll: true });
  }, [wanted]);
  const sum = seats.reduce((total, { grade }) => total + priceOf(grade), 0);
  return (
    <section class="stack-tight" aria-labelledby="chosen-title">
      <div class="best-head between">
        <h2 id="chosen-title" ref={title} tabIndex={-1}>
          {wanted === undefined ? t(TEXTS.title) : bestTitle(wanted)}
        </h2>
        <button type="button" class="text-button" onClick={onClear}>
          {t(TEXTS.clear)}
        </button>
      </div>
      {wanted !== undefined && <p class="soft">{t(TEXTS.best)}</p>}
      <ul class="chosen-list lines">
        {seats.map((seat) => (
          <li key={seat.number} class="chosen-seat">
            <span class="badge">{seat.grade}</span>
            <span class="fill">{seatName(seat.label, sections)}</span>
            <span class="number">{money(priceOf(seat.grade))}</span>
            <button type="button" class="icon-button" onClick={() => onRemove(seat)}>
              <Icon name="close" />
              <span class="visually-hidden">
                {seatName(seat.label, sections)} {t(TEXTS.remove)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <button type="button" class="button button-wide" disabled={isBusy} onClick={onHold}>
        {holdWords(seats.length)} · {money(sum)}
      </button>
    </section>
  );
}

function bestTitle({ grade, quantity }: BestWanted): string {
  return quantity === 1
    ? t({ ko: `${grade} 가장 좋은 자리`, en: `Best seat in ${grade}` })
    : t({ ko: `${grade} 가장 좋은 ${quantity}자리`, en: `Best ${quantity} together in ${grade}` });
}

export function holdWords(seats: number): string {
  return t({ ko: `${seatCount(seats)} 잡기`, en: `Hold ${seatCount(seats)}` });
}
