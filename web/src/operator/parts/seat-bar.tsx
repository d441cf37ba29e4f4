/** How many seats are sold, held and free: a bar, and the same in words. */
import type { JSX } from 'preact';
import { t } from '../../i18n/language.ts';
import type { SeatCounts } from '../answers.ts';
import { count, share } from '../../format/numbers.ts';

export const SEAT_WORDS = {
  sold: { ko: '판매', en: 'Sold' },
  held: { ko: '선점', en: 'Held' },
  free: { ko: '잔여', en: 'Free' },
} as const;

const ORDER = ['sold', 'held', 'free'] as const;

export function SeatBar({
  seats,
  label,
}: {
  readonly seats: SeatCounts;
  readonly label: string;
}): JSX.Element {
  const all = seats.sold + seats.held + seats.free;
  return (
    <div class="op-seats">
      <div class="op-bar" aria-hidden="true">
        {ORDER.map((state) => (
          <span key={state} data-state={state} style={{ flexGrow: seats[state] }} />
        ))}
      </div>
      <dl class="op-bar-words" aria-label={label}>
        {ORDER.map((state) => (
          <div key={state}>
            <dt>
              <span class="op-swatch" data-state={state} aria-hidden="true" />
              {t(SEAT_WORDS[state])}
            </dt>
            <dd>
              {count(seats[state])}
              {state === 'sold' && <span class="soft"> · {share(seats.sold, all)}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
