/** The chosen seats with their sum, and the button that holds them. */
import type { JSX } from 'preact';
import { won } from '../../format/money.ts';
import { seatCount, seatName } from '../../format/seats.ts';
import { Icon } from '../../components/icon.tsx';
import type { Section } from '../../format/seats.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { MapSeat } from '../../seat-map/map-document.ts';

const TEXTS = {
  title: { ko: '고른 좌석', en: 'Your seats' },
  remove: { ko: '빼기', en: 'Remove' },
  clear: { ko: '모두 빼기', en: 'Clear' },
} satisfies Record<string, Text>;

export interface ChosenSeatsProps {
  readonly seats: readonly MapSeat[];
  readonly sections: readonly Section[];
  readonly priceOf: (grade: string) => number;
  readonly isBusy: boolean;
  readonly onRemove: (seat: MapSeat) => void;
  readonly onClear: () => void;
  readonly onHold: () => void;
}

export function ChosenSeats(props: ChosenSeatsProps): JSX.Element {
  const { seats, sections, priceOf, isBusy, onRemove, onClear, onHold } = props;
  const sum = seats.reduce((total, { grade }) => total + priceOf(grade), 0);
  return (
    <section class="stack-tight" aria-labelledby="chosen-title">
      <div class="best-head between">
        <h2 id="chosen-title">{t(TEXTS.title)}</h2>
        <button type="button" class="text-button" onClick={onClear}>
          {t(TEXTS.clear)}
        </button>
      </div>
      <ul class="chosen-list lines">
        {seats.map((seat) => (
          <li key={seat.number} class="chosen-seat">
            <span class="badge">{seat.grade}</span>
            <span class="fill">{seatName(seat.label, sections)}</span>
            <span class="number">{won(priceOf(seat.grade))}</span>
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
        {holdWords(seats.length)} · {won(sum)}
      </button>
    </section>
  );
}

export function holdWords(seats: number): string {
  return t({ ko: `${seatCount(seats)} 잡기`, en: `Hold ${seatCount(seats)}` });
}
